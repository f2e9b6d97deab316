"""Wordings are data: what is wrong in a file of them is said with file, line and key."""

from __future__ import annotations

import ast
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.synthesis import corrections
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents import schema_questions
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.wordings import FOLDER, sql_wordings, text_wordings
from vgpt2.synthesis.wordings.model import EXAM_FROM, Slots, Wordings, read_sentences, read_wordings
from vgpt2.synthesis.wordings.slots import SQL_SLOTS, TEXT_SLOTS

SCRIPTS = Path(__file__).parents[3] / "scripts"
SLOTS = {"count": "table company", "top": "n table kind?"}
GOOD = """\
count:
  train:
    - "Count {table}{company}."
    - "How many {table}{company}?"
  exam:
    - "Number of {table}{company}?"
top:
  train:
    - "The {n} first of {table}."
    - "The {n} first of the {kind} {table}."
  exam: ["{n} of {table}."]
"""
ALL_SQL = {name: slots for file in SQL_SLOTS.values() for name, slots in file.items()}


def test_a_file_becomes_wordings_in_the_order_of_the_intents(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text(GOOD)
    read = read_wordings(path, dict(reversed(SLOTS.items())))
    assert list(read) == ["top", "count"]
    assert read["count"] == Wordings(
        ("Count {table}{company}.", "How many {table}{company}?"), ("Number of {table}{company}?",)
    )
    assert read["top"].of("train")[1] == (1, "The {n} first of the {kind} {table}.")
    assert read["top"].of("exam") == [(EXAM_FROM, "{n} of {table}.")]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("many {table}", "many {tabel}", "4: count.train[1]: no slot '{tabel}'; did you mean '{table}'?"),
        ("many {table}", "many {n} {table}", "4: count.train[1]: no slot '{n}'"),
        ("many {table}", "many {} {table}", "4: count.train[1]: no slot '{}'"),
        ("many {table}{company}", "many {table}", "4: count.train[1]: the slot '{company}' is left out"),
        ("{n} of", "of", "11: top.exam[0]: the slot '{n}' is left out"),
        ("many {table}", "many {table", "4: count.train[1]: unexpected '{' in field name in "),
        ("many {table}{company}?", "many {company} {table", "4: count.train[1]: expected '}' before end of string in "),
        ("many {table}", "many table}", "4: count.train[1]: Single '}' encountered in format string in "),
        ("many {table}", "many {table!r}", "4: count.train[1]: '{table}' takes nothing but its name in "),
        ("many {table}", "many {table:>9}", "4: count.train[1]: '{table}' takes nothing but its name in "),
        ("many {table}", "many {table.name}", "4: count.train[1]: no slot '{table.name}'"),
        ("count:", "cuont:", "1: cuont: no such intent; did you mean 'count'?"),
        ("top:", "other:", "7: other: no such intent"),
        (GOOD[GOOD.index("top:") :], "", " the intent 'top' is missing"),
        ("  train:\n    - \"Count", "  trian:\n    - \"Count", "2: count: unknown key 'trian'; did you mean 'train'?"),
        ("  exam:\n    - \"Number of {table}{company}?\"\n", "", "1: count: no wordings under 'exam'"),
        ("exam: [\"{n} of {table}.\"]", "exam: []", "7: top: no wordings under 'exam'"),
        ("[\"{n} of {table}.\"]", "\"{n} of {table}.\"", "11: top.exam: input should be a valid list (found '{n} of "),
        ("\"How many {table}{company}?\"", "7", "4: count.train[1]: input should be a valid string (found 7)"),
        ("\"How many {table}{company}?\"", "{table}", "4: count.train[1]: input should be a valid string (found {"),
        ("How many {table}{company}?", "count  {table}{company}.", "4: count.train[1]: the same wording as "),
        ("Number of {table}{company}?", "Count {table}{company}.", "6: count.exam[0]: the same wording as "),
        ("top:", "count:", "7: count: stands here twice"),
        ("count:\n", "count:\n  same_as: top\n", "2: count.same_as: stands alone, without 'train' and 'exam'"),
        ("  exam:\n", " exam:\n", "5:2: not YAML: "),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_key(tmp_path, before, after, said):
    path = tmp_path / "words.yaml"
    assert before in GOOD
    path.write_text(GOOD.replace(before, after, 1))
    with pytest.raises(UserError) as caught:
        read_wordings(path, SLOTS)
    assert caught.value.message.startswith(f"{path}:{said}")
    assert "\n" not in caught.value.message


def test_wordings_are_shared_by_intents_with_the_same_slots(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text(f"{GOOD}sum:\n  same_as: count\n")
    read = read_wordings(path, {**SLOTS, "sum": "table company"})
    assert read["sum"] == read["count"]


@pytest.mark.parametrize(
    ("other", "slots", "said"),
    [
        ("cuont", "table company", "13: sum.same_as: 'cuont' has no wordings of its own; did you mean 'count'?"),
        ("sum", "table company", "13: sum.same_as: 'sum' has no wordings of its own"),
        ("count", "table", "13: sum.same_as: count.train[0]: no slot '{company}'"),
    ],
)
def test_shared_wordings_are_checked_for_each_intent(tmp_path, other, slots, said):
    path = tmp_path / "words.yaml"
    path.write_text(f"{GOOD}sum:\n  same_as: {other}\n")
    with pytest.raises(UserError) as caught:
        read_wordings(path, {**SLOTS, "sum": slots})
    assert caught.value.message == f"{path}:{said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no: x\n", "1: no: YAML takes this for no text; quote it"),
        ("none: '{name} is missing'\nnearst: x\n", "2: nearst: no such sentence; did you mean 'nearest'?"),
        ("none: '{nam} is missing'\nnearest: x\n", "1: none: no slot '{nam}'; did you mean '{name}'?"),
        ("none: 'missing'\nnearest: x\n", "1: none: the slot '{name}' is left out"),
        ("none:\n  - '{name}'\nnearest: x\n", "1: none: input should be a valid string (found ['{name}'])"),
    ],
)
def test_faults_of_sentences(tmp_path, text, said):
    path = tmp_path / "words.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_sentences(path, {"none": "name", "nearest": ""}, "sentence")
    assert caught.value.message == f"{path}:{said}"


def test_the_sql_intents_fill_the_slots_that_they_declare(sample):
    ctx = Context.of(sample, 1, "train")
    assert {intent.name for intent in all_intents()} == set(ALL_SQL)
    for intent in all_intents():
        subjects = intent.subjects(ctx, "x")
        drafts = (make(ctx.rng(intent.name, turn), turn) for turn in range(9) for make in subjects)
        found = list(islice((draft for draft in drafts if draft), 20))
        slots = Slots.of(ALL_SQL[intent.name])
        assert found
        assert all(slots.needed | slots.free <= set(draft.phrases) for draft in found), intent.name


def test_the_other_intents_fill_the_slots_that_they_declare(sample, monkeypatch):
    used = set()

    class Every(dict):
        """For each intent one wording with all of its slots."""

        def __getitem__(self, intent):
            used.add(intent)
            slots = Slots.of(TEXT_SLOTS[intent])
            text = " ".join(f"{{{name}}}" for name in sorted(slots.needed | slots.free))
            return Wordings((text,), (text,))

    for module in (schema_questions, corrections):
        monkeypatch.setattr(module, "text_wordings", Every)
    for kind in ("schema", "document", "correction"):
        assert len(list(islice(stream(sample, kind, 1), 150))) > 50
    # Questions that only fill up the coverage have no stream, no procedure of the sample holds a SELECT to ask for, and
    # its modules are no schemas.
    assert used == set(TEXT_SLOTS) - {"columns_exist", "routine_query", "table_schema"}


def test_words_are_read_when_they_are_needed_not_before():
    code = (
        "import sys; from vgpt2.synthesis import generate, wordings; from vgpt2.synthesis.rewording import words; "
        "from vgpt2.synthesis.negatives import forms, refusals; "
        "print([f.cache_info().currsize for f in (wordings.sql_wordings, wordings.text_wordings, "
        "words.word_lists, forms.form_wordings, refusals.sentences)])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) == [0] * 5


def test_no_file_lies_there_that_nobody_reads():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*SQL_SLOTS, "texts"}
    assert set(text_wordings()) == set(TEXT_SLOTS)
    assert set(sql_wordings()) == set(ALL_SQL)
