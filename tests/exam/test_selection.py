"""Which questions are asked, in which modes, and where the results go."""

import json
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.runner import suite_hash
from vgpt2.exam.selection import check_outputs, choose_modes, choose_questions, examined, output_of
from vgpt2.exam.verdict.results import Exam, check_comparable, read_exam
from vgpt2.settings import Profile, build, load_profile, profile_names


@pytest.fixture
def suite(questions):
    return list(questions.values())


def exam(questions, right=(), mode="schema"):
    """An exam of these questions in which those with an id in `right` are right."""
    rows = [
        {"id": item.id, "category": item.category, "outcome": "right" if item.id in right else "wrong"}
        for item in questions
    ]
    return Exam(Path("earlier.json"), {"questions": rows, "suite_hash": suite_hash(questions), "mode": mode})


def test_only_what_failed_is_asked_again(suite):
    first, second, *others = suite
    assert choose_questions(suite, earlier=exam(suite, {first.id, second.id})) == others
    # of an exam of a part, and of one that was itself of failed questions
    assert choose_questions(suite, earlier=exam(suite[:3], {first.id})) == suite[1:3]
    of_joins = [item for item in others if item.category == "join"]
    assert choose_questions(suite, ["join"], exam(suite, {first.id, second.id})) == of_joins
    assert choose_questions(suite, earlier=exam(suite, {first.id}), limit=1) == [second]


def test_an_exam_of_failed_questions_cannot_be_taken_for_a_whole_one(suite):
    whole = exam(suite, {suite[0].id})
    part = exam(choose_questions(suite, earlier=whole))
    with pytest.raises(UserError, match="an exam of another suite"):
        check_comparable([whole, part])


@pytest.mark.parametrize(
    ("categories", "make", "message"),
    [
        (["joins"], None, "unknown category 'joins'; did you mean 'join'"),
        ([], lambda suite: exam(suite, {item.id for item in suite}), r"all \d+ questions are right; there is none"),
        ([], lambda suite: Exam(Path("x.json"), exam(suite).result | {"suite_hash": "0"}), "of another suite"),
        (
            ["join"],
            lambda suite: exam(suite, {item.id for item in suite if item.category == "join"}),
            "no question of join that failed",
        ),
    ],
)
def test_a_choice_that_leaves_nothing_is_one_line(categories, make, message, suite):
    with pytest.raises(UserError, match=message) as error:
        choose_questions(suite, categories, make(suite) if make else None)
    assert "\n" not in str(error.value)


def test_a_question_that_changed_since_is_another_suite(suite):
    from dataclasses import replace

    with pytest.raises(UserError, match="of another suite"):
        choose_questions([replace(suite[0], question="Another?"), *suite[1:]], earlier=exam(suite))


@pytest.mark.parametrize(
    ("asked", "also", "earlier", "recorded", "modes"),
    [
        ([], None, None, False, ["schema", "memory"]),
        ([], "schema", None, False, ["schema", "memory"]),
        ([], "gold_schema", None, False, ["schema", "memory", "gold_schema"]),
        (["memory"], None, None, False, ["memory"]),
        (["memory"], "schema", None, False, ["memory", "schema"]),
        ([], None, "memory", False, ["memory"]),
        (["schema"], None, "memory", False, ["schema"]),
        ([], None, None, True, ["schema"]),
    ],
)
def test_modes(asked, also, earlier, recorded, modes, suite):
    earlier = earlier and exam(suite, mode=earlier)
    assert choose_modes(asked, also, load_profile("a6000"), earlier, recorded) == modes


@pytest.mark.parametrize(
    ("asked", "also", "recorded", "message"),
    [
        (["schema", "schema"], None, False, "--mode schema is given twice"),
        (["schema", "memory"], None, True, "recorded answers are of one mode"),
        ([], "memory", True, "recorded answers are of one mode"),
    ],
)
def test_modes_that_cannot_be(asked, also, recorded, message):
    with pytest.raises(UserError, match=message):
        choose_modes(asked, also, load_profile("cpu"), None, recorded)


def test_the_first_mode_has_the_plain_name():
    output = Path("exam/base.json")
    names = {mode: output_of(output, mode, "schema").as_posix() for mode in ("schema", "memory")}
    assert names == {"schema": "exam/base.json", "memory": "exam/base.memory.json"}


def test_a_result_does_not_take_the_place_of_the_one_that_it_is_about(tmp_path):
    with pytest.raises(UserError, match=r"a\.json: would be overwritten"):
        check_outputs([tmp_path / "a.json"], [tmp_path / "." / "a.json"])


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_examines_from_memory_what_it_trains_from_memory(name):
    """And the base's exam with the schema retrieved, which a stage has to beat, decides in each."""
    profile = load_profile(name)
    assert profile.exam.modes == (["schema", "memory"] if profile.data.schema_in_prompt < 0.8 else ["schema"])


def test_a_result_cut_in_half_is_one_line(suite, tmp_path):
    path = tmp_path / "half.json"
    path.write_text(json.dumps(exam(suite).result)[:200])
    with pytest.raises(UserError, match=r"half\.json:1:\d+: not JSON"):
        read_exam(path)


@pytest.mark.parametrize(
    ("exam_section", "message"),
    [
        ({"modes": ["schema", "memry"]}, r"'exam\.modes\.1': input should be 'schema', .*found 'memry'"),
        ({"modes": ["schema", "schema"]}, r"'exam\.modes': schema is named twice"),
        ({"modes": []}, r"'exam\.modes': list should have at least 1 item"),
        ({"mode": "schema"}, r"unknown key 'exam\.mode'; did you mean 'modes'"),
    ],
)
def test_modes_of_a_profile_that_cannot_be(exam_section, message):
    values = load_profile("cpu").model_dump()
    with pytest.raises(UserError, match=message) as error:
        build(Profile, values | {"exam": values["exam"] | exam_section}, "cpu.yaml")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("named", "model", "endpoint"),
    [
        ("http://localhost:8000/v1", None, "http://localhost:8000/v1"),
        ("https://host/v1#org/model:7b", "org/model:7b", "https://host/v1"),
        ("{folder}", "{folder}", None),
        ("Qwen/Qwen2.5-0.5B-Instruct", "{folder}/models/Qwen--Qwen2.5-0.5B-Instruct", None),
    ],
)
def test_a_model_to_examine_is_an_endpoint_a_folder_or_a_name_on_the_hub(tmp_path, named, model, endpoint):
    found = examined(named.format(folder=tmp_path), tmp_path / "exam.json")
    assert found == (model and model.format(folder=tmp_path), endpoint)
    if named.startswith("Qwen"):
        assert json.loads((Path(found[0]) / "pointer.json").read_text()) == {"name_or_path": named}


@pytest.mark.parametrize("named", ["/no/such/model", "./model", "model", "a/b/c", ""])
def test_what_is_none_of_the_three_is_one_line(tmp_path, named):
    with pytest.raises(UserError, match=rf"^{named}: no such folder, and neither an endpoint"):
        examined(named, tmp_path / "exam.json")
