"""What the audit says of chats, against LLaMA-Factory's own converter, processors and template on the same rows."""

import copy
import itertools
import json

import pytest

from vgpt2.audit.audit import load_rows
from vgpt2.audit.loading import as_loaded
from vgpt2.files import write_json, write_jsonl
from vgpt2.records.fixes.chat_turns import OPENAI, SHAREGPT, turn_keys
from vgpt2.records.fixes.chats import chat_fault

from . import own_loader
from .own_loader import outcome

FORMS = {"sharegpt": SHAREGPT, "openai": OPENAI}
STAGES = ("sft", "dpo", "kto")
CALL = json.dumps({"name": "look", "arguments": {"table": "APTH"}})
# In the place of one value; the last two are texts of their own.
ODD = (None, 7, 1.5, True, ["a"], {"a": 1}, "", " ")


@pytest.fixture(scope="module")
def loaders():
    return own_loader.loaders(FORMS, STAGES)


def chat(form, tags, **more):
    """A chat said by these."""
    said = [
        {form.role: tag, form.content: CALL if tag == form.function else f"text {at}"} for at, tag in enumerate(tags)
    ]
    return {form.column: said} | more


def rest(form, stage):
    """The columns that a kind of training needs beside the turns."""
    sides = {name: {form.role: form.assistant, form.content: name} for name in ("chosen", "rejected")}
    return {"sft": {}, "dpo": sides, "kto": {"kto_tag": True}}[stage]


def orders(form, stage):
    """Every order of up to four turns, and what may stand in the place of a tag."""
    known = (form.user, form.assistant, form.observation, form.function, form.system)
    for length in range(5):
        for tags in itertools.product(known, repeat=length):
            yield chat(form, tags, **rest(form, stage))
    for length, odd in itertools.product((1, 2, 3), (*ODD, "narrator", "GPT")):
        for at in range(length):
            tags = [(form.user, form.assistant)[place % 2] for place in range(length)]
            tags[at] = odd
            yield chat(form, tags, **rest(form, stage))


def shapes(form, stage):
    """A sound row (two turns, or three with a system's, with calls) with one thing in it that is not as it should."""
    length = 1 if stage == "dpo" else 2
    plain = [form.user, form.assistant][:length]
    called = [form.user, form.function, form.observation, form.assistant][: 3 if stage == "dpo" else 4]
    for tags in (plain, [form.system, *plain], called):
        sound = chat(form, tags, **rest(form, stage))
        yield sound
        for at in range(len(tags)):
            for key, odd in itertools.product(
                (form.role, form.content), (*ODD, "no JSON", "[]", "[1]", '{"name": "x"}')
            ):
                row = copy.deepcopy(sound)
                row[form.column][at][key] = odd
                yield row
            for key in (form.role, form.content):
                row = copy.deepcopy(sound)
                del row[form.column][at][key]
                yield row
            for odd in ODD:
                row = copy.deepcopy(sound)
                row[form.column][at] = odd
                yield row
        for odd in (*ODD, [], {}):
            yield sound | {form.column: odd}
            yield sound | {"system": odd}
            yield sound | {"tools": odd}
            for name in rest(form, stage):
                yield sound | {name: odd}
        for text in ("[]", "{}", '""', "7", "[7]", '[{"name": "f", "parameters": {}}]', '{"name": "f"}', "no JSON"):
            yield sound | {"tools": text}
        yield {key: value for key, value in sound.items() if key != form.column}
        yield sound | {"tools": [{"name": "f", "parameters": {}}]}
        for name, key in itertools.product(("chosen", "rejected") if stage == "dpo" else (), (form.role, form.content)):
            for odd in (*ODD, form.user, form.observation, form.function, form.system, "narrator"):
                row = copy.deepcopy(sound)
                row[name][key] = odd
                yield row
            row = copy.deepcopy(sound)
            del row[name][key]
            yield row


def openai_calls(form, stage):
    """Answers that call tools in the way of OpenAI's API, and results that follow one another."""
    call = {"type": "function", "function": {"name": "f", "arguments": "{}"}}
    for calls in ([call], [call, call], [], None, [{}], [7], "x", 7, {"function": 1}, [{"function": {"name": "f"}}]):
        said = chat(form, [form.user, form.assistant], **rest(form, stage))
        said[form.column][1] |= {"tool_calls": calls, form.content: None}
        yield said
        more = copy.deepcopy(said)
        more[form.column] += chat(form, [form.observation, form.observation])[form.column]
        yield more
        last = copy.deepcopy(more)
        last[form.column] += chat(form, [form.assistant])[form.column]
        yield last
    for odd in ODD:
        row = chat(
            form, [form.user, form.function, form.observation, form.observation, form.assistant], **rest(form, stage)
        )
        row[form.column][3][form.content] = odd
        yield row


@pytest.mark.parametrize("makes", [orders, shapes, openai_calls], ids=lambda makes: makes.__name__)
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", FORMS)
def test_a_finding_says_what_llama_factory_does(loaders, name, stage, makes):
    form, loader = FORMS[name], loaders[name, stage]
    wrong, seen = [], set()
    for row in makes(form, stage):
        fault = chat_fault(row, form, stage, turn_keys([row], form))
        did, made = outcome(loader, [row], form)
        said = fault.effect if fault else "keeps"
        seen.add(did)
        if said != did:
            wrong.append((row, fault, did, made if did == "stops" else ""))
    assert not wrong, f"{len(wrong)}: " + "\n".join(map(str, wrong[:5]))
    assert seen - {"keeps"}


@pytest.mark.parametrize("name", FORMS)
def test_a_label_that_an_empty_answer_flips_is_a_finding(loaders, name):
    form = FORMS[name]
    row = chat(form, [form.user, form.assistant], kto_tag=True)
    row[form.column][1][form.content] = ""
    _, made = outcome(loaders[name, "kto"], [row], form)
    assert made["kto_tags"] == [False]
    assert chat_fault(row, form, "kto").effect == "keeps"


@pytest.mark.parametrize("name", FORMS)
def test_an_answer_said_by_who_asks_is_a_finding(loaders, name):
    form = FORMS[name]
    row = chat(form, [form.user], **rest(form, "dpo"))
    sound = outcome(loaders[name, "dpo"], [copy.deepcopy(row)], form)[1]
    row["chosen"][form.role] = form.user
    _, made = outcome(loaders[name, "dpo"], [row], form)
    assert made["chosen_input_ids"] != sound["chosen_input_ids"]
    assert "'chosen'" in chat_fault(row, form, "dpo").why


def test_the_row_behind_a_dropped_one_of_kto_ends_the_run(loaders):
    rows = [chat(SHAREGPT, tags, kto_tag=True) for tags in (["gpt", "human"], ["human", "gpt"])]
    did, error = outcome(loaders["sharegpt", "kto"], rows, SHAREGPT)
    assert (did, type(error)) == ("stops", IndexError)
    ((_, message),) = as_loaded(rows, "kto")(rows[0], 1)
    assert "at the row behind it" in message


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("columns", [{"system": ""}, {"system": None}, {"tools": ""}, {"tools": "[]"}], ids=str)
def test_an_empty_column_is_told_and_no_reason_to_fail(loaders, name, columns):
    form = FORMS[name]
    row = chat(form, [form.user, form.assistant], **columns)
    without = chat(form, [form.user, form.assistant])
    if name == "sharegpt" or not columns.get("tools"):
        assert outcome(loaders[name, "sft"], [row], form) == outcome(loaders[name, "sft"], [without], form)
    assert [rule for rule, _ in as_loaded([row], "sft")(row, 1)] == ["empty_columns"]
    assert [*as_loaded([without], "sft")(without, 1)] == []


def test_what_stands_in_the_place_of_an_empty_system_message(loaders):
    said = {}
    for name, form in FORMS.items():
        row = chat(form, [form.user, form.assistant], system="")
        made = outcome(loaders[name, "sft"], [row], form)[1]["input_ids"][0]
        said[name] = loaders[name, "sft"].processor.tokenizer.decode(made)
    assert "You are Qwen" in said["sharegpt"]
    assert "detailed thinking off" in said["openai"]


CHATS = [
    {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}], "system": "s"},
    {"conversations": [{"from": "gpt", "value": "a"}, {"from": "human", "value": "b"}], "system": "s"},
    {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": 7}], "system": "s"},
    {"conversations": [{"from": "human"}, {"from": "gpt", "value": "b"}], "system": "s"},
    {"conversations": None, "system": "s"},
    {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}], "system": ""},
]


@pytest.mark.parametrize("write", [write_json, write_jsonl], ids=["json", "jsonl"])
def test_the_findings_of_a_file_name_its_rows(tmp_path, write):
    path = tmp_path / f"chats.{'json' if write is write_json else 'jsonl'}"
    write(path, CHATS)
    rows, broken = load_rows(path)
    assert broken == []
    found = {row.index + 1: row.loading for row in rows if row.loading}
    assert {number: [rule for rule, _ in said] for number, said in found.items()} == {
        2: ["turns"], 3: ["turns"], 4: ["turns"], 5: ["turns"], 6: ["empty_columns"],
    }  # fmt: skip
    assert found[2][0][1] == (
        "row 2: turn 1 is said by 'gpt' where human or observation was expected: LLaMA-Factory drops the row"
    )
    assert all(message.startswith(f"row {number}: ") for number, said in found.items() for _, message in said)


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_a_file_with_such_a_row_is_not_loaded_whole(loaders, tmp_path, number):
    """Through the loader of files too, which reads all rows into one table of columns."""
    import datasets

    path = tmp_path / "chats.json"
    write_json(path, [CHATS[0], CHATS[number - 1]])
    try:
        rows = [*datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))]
    except datasets.exceptions.DatasetGenerationError:
        assert number == 3  # a number among texts
        return
    did, made = outcome(loaders["sharegpt", "sft"], rows, SHAREGPT)
    assert did == "stops" or len(made["input_ids"]) == 1


def test_a_chat_that_ends_well_but_begins_with_the_answer_fails_the_audit(failed, tmp_path):
    path = tmp_path / "chats.json"
    write_json(path, CHATS[1:2])
    (row,), _ = load_rows(path)
    assert "turns" in failed("sft", [row.row], loading=[row.loading])


@pytest.mark.parametrize("labels", [[True], [False] * 3, [True] * 40], ids=len)
def test_a_kto_file_of_one_label_fails_whatever_its_size(failed, labels):
    rows = [{"instruction": f"q {n}", "input": "", "output": f"a {n}", "kto_tag": tag} for n, tag in enumerate(labels)]
    assert "both_labels" in failed("kto", rows)
    both = [*rows, {**rows[0], "instruction": "other", "kto_tag": not labels[0]}]
    assert len(both) > 20 or "both_labels" not in failed("kto", both)


@pytest.mark.parametrize("stage", STAGES)
def test_no_plain_row_is_lost_without_a_finding(tmp_path, failed, stage):
    """Plain columns: what their converter makes of a value that is none of theirs."""
    from vgpt2.training.data.register import STAGES as REGISTERED

    attributes = own_loader.plain_attributes(REGISTERED[stage][1])
    loader = own_loader.loaders({"plain": attributes}, [stage])["plain", stage]
    answers = {"sft": {"output": "a"}, "dpo": {"chosen": "a", "rejected": "b"}, "kto": {"output": "a", "kto_tag": True}}
    sound = {"instruction": "q", "input": "", "system": "s"} | answers[stage]
    lost = 0
    for name, odd in itertools.product(sound, (*ODD, "true", 1)):
        row = sound | {name: odd}
        write_json(tmp_path / "rows.json", [row])
        (loaded,), _ = load_rows(tmp_path / "rows.json", stage)
        rules = failed(stage, [loaded.row]) & {"fields", "label_type", "turns"}
        did, _ = outcome(loader, [row], None)
        lost += did != "keeps"
        assert did == "keeps" or rules, (row, did)
    assert lost
