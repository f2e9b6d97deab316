"""The lists of functions, types and versions: a fault in one is named, and the tree has what they speak of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlglot import exp

from vgpt2.errors import UserError
from vgpt2.tsql.check.functions import signatures as room
from vgpt2.tsql.check.functions.shapes import follow, shapes
from vgpt2.tsql.check.functions.signatures import Server, entries, read_entries, signatures
from vgpt2.tsql.check.functions.types import read_type_rules, type_rules
from vgpt2.tsql.check.functions.versions import features, read_features
from vgpt2.tsql.check.functions.words import read_words, words
from vgpt2.tsql.dialect import TsqlError, parse

FOLDER = Path(room.__file__).parent


def test_there_is_a_signature_for_each_of_three_hundred_functions():
    known = entries()
    assert len(known) > 300
    assert [name for name, entry in known.items() if entry.takes is None and entry.use != "niladic"] == [
        "AI_GENERATE_EMBEDDINGS", "AI_GENERATE_CHUNKS", "CHANGETABLE", "OPENROWSET", "VECTOR_SEARCH",
    ]  # fmt: skip
    assert {entry.since for entry in known.values()} <= {0, 2008, 2012, 2016, 2017, 2019, 2022, 2025}


def test_a_word_is_of_one_list():
    functions, lists = set(entries()), words()
    assert not functions & lists.keywords
    assert functions & lists.types == {"CHAR", "NCHAR"}
    parts = lists.date_parts
    assert len(parts.all) == len(parts.of_dates) + len(parts.of_times) + len(parts.of_zones)


@pytest.mark.parametrize("name", sorted(name for name, one in signatures(Server()).items() if one.restricted))
def test_the_arguments_that_have_a_kind_are_found_in_the_tree(name):
    """Under whatever keys sqlglot puts them: each argument of a restricted kind, of a call with all of them."""
    one = signatures(Server())[name]
    kinds = one.kinds[: one.most]
    given = [{"date_part": "day", "type": "int"}.get(kind, f"x{number}") for number, kind in enumerate(kinds)]
    try:
        node = parse(f"SELECT {name}({', '.join(given)})").expressions[0]
    except TsqlError:
        pytest.skip("sqlglot does not read it")
    wanted = {given[number] for number, kind in enumerate(kinds) if type_rules().arguments[kind]}
    if type(node) is exp.Anonymous:
        assert [argument.sql() for argument in node.expressions] == given
        return
    paths = [path for shape in shapes()[type(node)] for _, _, path in shape.arguments]
    found = {argument.sql() for path in paths if (argument := follow(node, path)) is not None}
    assert wanted <= found


FAULTS = [
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "LEN: {takes: [char]}", "LEN.takes[0]: no such kind 'char'; did"),
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "LEN: {take: [chars]}", "LEN: unknown key 'take'; did you mean"),
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "LEN: {takes: [any?, any]}", "LEN.takes[1]: an argument that is"),
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "LEN: {takes: [any], is: odd}", "LEN.is: input should be 'scal"),
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "LEN: {takes: [any], gives: in}", "LEN.gives: no such type 'in'"),
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "Len: {takes: [chars]}", "Len: names stand in upper case"),
    ("signatures/text.yaml", "LEN: {takes: [chars]}", "ABS: {takes: [chars]}", "ABS: stands in another file too"),
    ("types.yaml", "  counted: [long]", "  counted: [longs]", "arguments.counted[0]: no such family 'longs'; did you"),
    ("types.yaml", "  xml: [xml]", "  xml: xml", "families.xml: input should be a valid list"),
    ("words.yaml", "types: [BINARY", "type: [BINARY", "unknown key 'type'; did you mean 'types'?"),
    ("versions.yaml", "for_json: {written: FOR JSON", "for_json: {write: FOR JSON", "for_json: unknown key 'write'"),
]
READERS = {"types.yaml": read_type_rules, "words.yaml": read_words, "versions.yaml": read_features}


@pytest.mark.parametrize(("name", "right", "wrong", "said"), FAULTS)
def test_a_fault_names_file_line_and_key(tmp_path, name, right, wrong, said):
    shutil.copytree(FOLDER / "signatures", tmp_path / "signatures")
    path = tmp_path / name
    lines = (FOLDER / name).read_text().split("\n")
    number = next(number for number, line in enumerate(lines, 1) if line.startswith(right))
    lines[number - 1] = lines[number - 1].replace(right, wrong)
    path.write_text("\n".join(lines))
    with pytest.raises(UserError) as caught:
        READERS[name](path) if name in READERS else read_entries(path.parent)
    assert Path(name).name in str(caught.value) and f":{number}: {said}" in str(caught.value)


def test_the_lists_of_the_project_are_right():
    assert features() and words() and type_rules() and entries()
