"""The word lists beside the code and those of a database: what is wrong in one is said with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.abbreviations import read_readings
from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.finding.deal_words import read_deal_words
from vgpt2.catalog.finding.synonyms import read_synonyms
from vgpt2.catalog.states.words import read_state_words
from vgpt2.errors import UserError
from vgpt2.exam.grading.readings import read_glossary
from vgpt2.records.answers.extract import read_asides
from vgpt2.records.answers.grammar import read_grammars
from vgpt2.records.answers.lexicon import read_lexicon
from vgpt2.records.answers.ordinary import read_ordinary
from vgpt2.settings import CONFIGS, load_database
from vgpt2.synthesis.ambiguous.texts import read_asks
from vgpt2.synthesis.columns import read_columns
from vgpt2.synthesis.negatives.name_parts import read_parts
from vgpt2.synthesis.plain.saying import read_saying
from vgpt2.synthesis.roles.words import read_role_words
from vgpt2.tsql.rows.names import read_names
from vgpt2.tsql.run.rewrite.parameters import read_values

CODE = Path(__file__).parents[1] / "scripts/vgpt2"
READERS = {
    "catalog/abbreviations.yaml": read_readings,
    "catalog/finding/deals.yaml": read_deal_words,
    "catalog/finding/synonyms.yaml": read_synonyms,
    "catalog/states/words.yaml": read_state_words,
    "records/answers/asides.yaml": read_asides,
    "records/answers/grammar.yaml": read_grammars,
    "records/answers/languages/en.yaml": read_lexicon,
    "records/answers/ordinary.yaml": read_ordinary,
    "synthesis/columns.yaml": read_columns,
    "synthesis/roles/words.yaml": read_role_words,
    "tsql/run/rewrite/parameters.yaml": read_values,
    "tsql/rows/names.yaml": read_names,
    "synthesis/negatives/invented.yaml": read_parts,
    "synthesis/plain/saying.yaml": read_saying,
    "synthesis/ambiguous/asks.yaml": read_asks,
    "exam/grading/glossary.yaml": read_glossary,
}
FAULTS = [
    ("catalog/abbreviations.yaml", "last:", "lastly:", "unknown key 'lastly'; did you mean 'last'?"),
    ("catalog/abbreviations.yaml", '  "no": number', "  no: number", "last.no: YAML takes this for no text; quote it"),
    (
        "catalog/abbreviations.yaml",
        "  amt: amount",
        "  amt: 5",
        "anywhere.amt: input should be a valid string",
    ),
    ("catalog/abbreviations.yaml", "  amt: amount", "  acct: a", "anywhere.acct: stands here twice"),
    ("catalog/finding/deals.yaml", "hints:", "hint:", "unknown key 'hint'; did you mean 'hints'?"),
    ("catalog/finding/synonyms.yaml", "kinds:", "kind:", "unknown key 'kind'; did you mean 'kinds'?"),
    ("records/answers/asides.yaml", "other:", "others:", "unknown key 'others'; did you mean 'other'?"),
    ("records/answers/ordinary.yaml", "in_marks:", "in_mark:", "unknown key 'in_mark'; did you mean 'in_marks'?"),
    ("records/answers/languages/en.yaml", "fillers:", "filler:", "unknown key 'filler'; did you mean 'fillers'?"),
    ("synthesis/columns.yaml", "  - Limit|Capacity", "  - (Limit", "not_added[3]: no regular expression: missing )"),
    ("synthesis/plain/saying.yaml", "  exam:", "  exams:", "chatty.exams: input should be 'train' or 'exam'"),
    ("catalog/states/words.yaml", "undated:", "undate:", "unknown key 'undate'; did you mean 'undated'?"),
    ("synthesis/roles/words.yaml", "held_back:", "held:", "unknown key 'held'; did you mean"),
    ("tsql/run/rewrite/parameters.yaml", "page|pagenumber: 1", "(page: 1", "(page: no regular expression: missing )"),
    (
        "tsql/run/rewrite/parameters.yaml",
        "page|pagenumber: 1",
        "page: [1]",
        "page: expected a number, a date or a text",
    ),
    ("tsql/rows/names.yaml", "countries: [US, CA, MX, GB, DE]", "countries: []", "countries: expected at least one"),
    ("tsql/rows/names.yaml", "  - Annual review", '  - ""', "things[0]: string should have at least 1 character"),
    ("synthesis/negatives/invented.yaml", "  other: [", "  others: [", "columns.others: input should be 'date', 'num"),
    ("synthesis/negatives/invented.yaml", "  other: [", "  # [", "columns: 'other' is missing"),
]


@pytest.mark.parametrize("name", READERS)
def test_the_lists_of_the_project_are_right(name):
    assert READERS[name](CODE / name)


@pytest.mark.parametrize(("name", "right", "wrong", "said"), FAULTS)
def test_a_fault_names_file_line_and_key(tmp_path, name, right, wrong, said):
    lines = (CODE / name).read_text().split("\n")
    number = next(number for number, line in enumerate(lines, 1) if line.startswith(right))
    lines[number - 1] = wrong + lines[number - 1].removeprefix(right)
    path = tmp_path / Path(name).name
    path.write_text("\n".join(lines))
    with pytest.raises(UserError) as caught:
        READERS[name](path)
    where, _, rest = caught.value.message.removeprefix(f"{path}:").partition(": ")
    assert rest.startswith(said)
    # What is left out has no line of its own: that of the mapping is named.
    assert int(where) == (lines.index("columns:") + 1 if said.endswith("is missing") else number)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abreviations: {a: b}", "5: unknown key 'abreviations'; did you mean 'abbreviations'?"),
        ("abbreviations:\n  inv: ''", "6: abbreviations.inv: string should have at least 1 character (found '')"),
        ("abbreviations:\n  no: number", "6: abbreviations.no: YAML takes this for no text; quote it"),
        ("not_added: ['[']", "5: not_added[0]: no regular expression: unterminated character set at position 0"),
        ("type_meanings:\n  bMonth: moth", "6: type_meanings.bMonth: input should be 'company', 'group' or 'month'"),
        ("parameters:\n  a: {b: c}", "6: parameters.a: expected a number, a date or a text (found {'b': 'c'})"),
        ("made_up_names:\n  company: [a]", "6: made_up_names: unknown key 'company'; did you mean 'companies'?"),
        (
            "invented_names:\n  columns:\n    date: []",
            "7: invented_names.columns.date: list should have at least 1",
        ),
    ],
)
def test_a_fault_in_the_lists_of_a_database_names_file_line_and_key(tmp_path, text, said):
    path = tmp_path / "own.yaml"
    path.write_text(f"name: own\nprefix: own\ntitle: x\ncase_sensitive: false\n{text}\n")
    with pytest.raises(UserError) as caught:
        load_database(path)
    assert caught.value.message.startswith(f"{path}:{said}")


def test_case_does_not_count_in_the_abbreviations_of_a_database(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nprefix: own\ntitle: x\nabbreviations:\n  Inv: invoice\n")
    assert name_words("InvDt", load_database(path)) == name_words("invDt", load_database(path)) == "invoice date"


def test_the_example_in_the_generic_file_is_right(tmp_path):
    lines = (CONFIGS / "databases/generic.yaml").read_text().splitlines()
    example = [line.removeprefix("# ") for line in lines[lines.index("#") + 1 :]]
    path = tmp_path / "own.yaml"
    path.write_text("\n".join(["name: own", "prefix: own", "title: x", *example]))
    own = load_database(path)
    assert own.abbreviations == {"inv": "invoice", "cont": "contact"}
    assert set(yaml.safe_load("\n".join(example))) == own.model_fields_set - {"name", "prefix", "title"}
    assert own.parameters == {"store|storeno": 1, "from\\w*": "2024-01-01", "region": "North"}
