"""Word lists and settings: what is wrong in a YAML file is said with file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from vgpt2.errors import UserError
from vgpt2.settings import load_database
from vgpt2.yaml_file import read_yaml_file


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    train: list[str]
    exam: list[str] = []
    same: dict[str, str] = {}


def test_values_know_their_lines(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text("# words\nfirst: &first\n  train:\n    - a\n    - b\nsecond:\n  exam: [c]\n  <<: *first\n")
    file = read_yaml_file(path)
    assert file.check(dict[str, Words]) == {
        "first": Words(train=["a", "b"]),
        "second": Words(train=["a", "b"], exam=["c"]),
    }
    lines = {(): None, ("first",): 2, ("first", "train", 1): 5, ("second", "exam", 0): 7, ("second", "train", 0): 4}
    assert {key: file.lines.get(key) for key in lines} == lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n  trian: [x]\n", "2: a: unknown key 'trian'; did you mean 'train'?"),
        ("a:\n  exam: [x]\n", "1: a: 'train' is missing"),
        ("a:\n  train: x\n", "2: a.train: input should be a valid list (found 'x')"),
        ("a:\n  train:\n    - x\n    - no\n", "4: a.train[1]: input should be a valid string (found False)"),
        ("a:\n  train: [x]\n  same:\n    yes: y\n", "4: a.same.yes: YAML takes this for no text; quote it"),
        ("a:\n  train: [x]\n  train: [y]\n", "3: a.train: stands here twice"),
        ("a: {train: [x]}\n\na: {train: [x]}\n", "3: a: stands here twice"),
        ("a:\n  train: [x\n", "3:1: not YAML: "),
        ("a:\n  ? [b]\n  : c\n", "2:5: not YAML: found unhashable key"),
        ("a: &a\n  - *a\n", "1: nested deeper than 20 levels"),
        ("- a\n", " expected a mapping, found list"),
        ("", " expected a mapping, found NoneType"),
        ("a: \x01\n", " not YAML: "),
    ],
)
def test_a_fault_is_one_line_with_file_line_and_key(tmp_path, text, said):
    path = tmp_path / "words.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_yaml_file(path).check(dict[str, Words])
    assert caught.value.message.startswith(f"{path}:{said}")
    assert "\n" not in caught.value.message


def test_the_path_is_shown_from_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "words.yaml").write_text("a: {}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=re.escape("words.yaml:1: a: 'train' is missing")):
        read_yaml_file(Path.cwd() / "words.yaml").check(dict[str, Words])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["count", "sum"], "2: cuont: no such intent; did you mean 'count'?"),
        (["cuont", "list", "sum"], " the intent 'sum' is missing"),
    ],
)
def test_names_are_those_that_are_known(tmp_path, names, said):
    path = tmp_path / "words.yaml"
    path.write_text("list: 1\ncuont: 2\n")
    with pytest.raises(UserError) as caught:
        read_yaml_file(path).check_names([*names, "list"], "intent")
    assert caught.value.message == f"{path}:{said}"


def test_database_settings_name_the_line(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nprefix: own\ntitle: x\nhouse_rules:\n  nolok: true\n")
    with pytest.raises(UserError) as caught:
        load_database(path)
    assert caught.value.message == f"{path}:5: house_rules: unknown key 'nolok'; did you mean 'nolock'?"
