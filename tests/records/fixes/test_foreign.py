"""A user's own Alpaca files: what can be trained on is taken, the rest is named and set aside."""

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from vgpt2.errors import UserError
from vgpt2.files import read_jsonl
from vgpt2.records.fixes.foreign import as_columns, read_extra, read_items
from vgpt2.records.proof import Prover
from vgpt2.records.store import read_records, write_records

ROOT = Path(__file__).resolve().parents[3]
EXTRA = ROOT / "tests/fixtures/records/extra"


@pytest.fixture
def extra(vista):
    return read_extra(EXTRA, "the system prompt", Prover(vista).describe)


def test_sound_records_become_foreign_ones_with_their_own_system_prompt(extra):
    records, _ = extra
    assert [record.row["instruction"] for record in records] == [
        "How many vendors are active?",
        "Explain retainage.",
        "What is a batch?",
    ]
    assert {record.meta.kind for record in records} == {"foreign"}
    assert [record.row["system"] for record in records] == ["the system prompt", "You are terse.", "the system prompt"]
    assert list(records[0].row) == ["id", "instruction", "input", "output", "system"]


def test_their_sql_is_resolved_and_its_objects_are_known(extra):
    meta = extra[0][0].meta
    assert meta.tables == ["dbo.APVM"]
    assert "dbo.APVM.ActiveYN" in meta.objects
    assert meta.skeleton


def test_each_bad_record_is_named_with_file_place_and_reason(extra):
    found = [(reject.where, reject.reason) for reject in extra[1]]
    assert found == [
        ("mixed.jsonl:2", "missing_field"),
        ("mixed.jsonl:3", "empty_field"),
        ("mixed.jsonl:4", "wrong_type"),
        ("mixed.jsonl:5", "sql_unresolved"),
        ("mixed.jsonl:6", "template_token"),
        ("mixed.jsonl:7", "not_alpaca"),
        ("mixed.jsonl:8", "has_history"),
        ("mixed.jsonl:9", "not_an_object"),
        ("mixed.jsonl:10", "not_json"),
    ]
    assert extra[1][0].message == "mixed.jsonl:2: no field 'output'"
    assert "APInvoices" in extra[1][3].message


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('[{"a": 1}, {"a": 2}]', 2),
        ('{"a": 1}\n\n{"a": 2}\n', 2),
        ('{"data": [{"a": 1}, {"a": 2}, {"a": 3}]}', 3),
        ('{\n "instruction": "one",\n "output": "record"\n}', 1),
        ('{"text": "a\u2028b"}\n{"text": "c"}', 2),
    ],
    ids=["array", "lines", "object with a list", "one object over lines", "line separator in a string"],
)
def test_json_and_jsonl_are_told_apart_by_what_they_hold(tmp_path, text, count):
    path = tmp_path / "mine.data"
    path.write_text(text, encoding="utf-8")
    items = list(read_items(path))
    assert len(items) == count
    assert all(isinstance(item.value, dict) for item in items)


@pytest.mark.parametrize("text", ["", "[{]"], ids=["empty", "broken"])
def test_a_file_that_cannot_be_read_at_all_is_an_error_that_names_it(tmp_path, text):
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.json"):
        list(read_items(path))


def test_a_folder_without_any_such_file_is_an_error(tmp_path):
    with pytest.raises(UserError, match=r"no \*\.json"):
        read_extra(tmp_path, "s", lambda sql: ("", None))


def merge(tmp_path, record, extra=()):
    spec = importlib.util.spec_from_file_location("merge_sft_script", ROOT / "scripts/merge_sft.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    from vgpt2.settings import Settings, load_profile

    settings = Settings(
        run="r", profile_name="tiny", source="s", database="d", seed=7, profile=load_profile("tiny")
    ).model_dump()
    (tmp_path / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "catalog.json").write_bytes((ROOT / "tests/fixtures/audit/vista.json").read_bytes())
    write_records(tmp_path / "sft.jsonl", [record(f"question {n}") for n in range(10)])
    negatives = [
        record(f"What is in X{n}?", kind="negative", polarity=polarity, family=f"{polarity}{n}")
        for n in range(5)
        for polarity in ("refuse", "answer")
    ]
    for number, one in enumerate(negatives):
        one.row["instruction"] += str(number)
    write_records(tmp_path / "negatives.jsonl", negatives)
    output = tmp_path / "merged.jsonl"
    arguments = ["--sft", tmp_path / "sft.jsonl", "--negatives", tmp_path / "negatives.jsonl", *extra]
    arguments += ["--settings", tmp_path / "settings.json", "--output", output]
    return CliRunner().invoke(module.main, list(map(str, arguments))), output


def test_the_script_merges_all_shuffles_and_goes_on_where_records_are_bad(tmp_path, record):
    result, output = merge(tmp_path, record, ["--extra", EXTRA])
    assert result.exit_code == 0, result.output
    assert "20 of ours, 3 of the user, 9 rejected" in result.output
    records = read_records(output)
    assert len(records) == 23
    kinds = [one.meta.kind for one in records[:10]]
    assert {"sql", "negative"} <= set(kinds)
    assert len(read_jsonl(output.with_suffix(".rejects.jsonl"))) == 9


def test_half_a_character_goes_to_the_rejects_as_it_was(tmp_path, record):
    (tmp_path / "mine").mkdir()
    rows = r'[{"instruction": "vendors \ud83d", "output": "a"}, {"instruction": "vendors", "output": "a"}]'
    (tmp_path / "mine/half.json").write_text(rows)
    result, output = merge(tmp_path, record, ["--extra", tmp_path / "mine"])
    assert "1 rejected (not_utf8 1" in result.output
    reject = json.loads(output.with_suffix(".rejects.jsonl").read_text("utf-8"))
    assert reject["record"]["instruction"] == "vendors \ud83d"


def test_the_same_seed_gives_the_same_bytes(tmp_path, record):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    outputs = [merge(tmp_path / name, record)[1] for name in "ab"]
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


CHATS = [
    (
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}], "id": 1},
        {"id": 1, "instruction": "q", "output": "a", "system": ""},
    ),
    (
        {"messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "q1"}, {"role": "assistant", "content": "a1"},
            {"role": "user", "content": "q2"}, {"role": "assistant", "content": "a2"},
        ]},
        {"instruction": "q1\n\nq2", "output": "a1\n\na2", "system": "s"},
    ),
    (
        {"conversations": [{"from": "human", "value": "q"}], "chosen": {"from": "gpt", "value": "good"},
         "rejected": {"from": "gpt", "value": "bad"}},
        {"instruction": "q", "system": "", "chosen": "good", "rejected": "bad"},
    ),
    (
        {"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "good"}],
         "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "bad"}]},
        {"instruction": "q", "chosen": "good", "rejected": "bad"},
    ),
    ({"instruction": "q", "output": "a"}, {"instruction": "q", "output": "a"}),
    ({"conversations": "text"}, {}),
    (
        {"messages": [3, {"role": "user"}, {"role": "assistant", "content": None}]},
        {"instruction": "", "output": "", "system": ""},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("row", "columns"), CHATS)
def test_chats_become_columns(row, columns):
    assert as_columns(row) == columns
