"""The page of the settings: no key without a type and words, and what comments say belongs to the right key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml
from pydantic import BaseModel, Field

from vgpt2.database_settings import DatabaseSettings
from vgpt2.reference.settings import DEFAULTS, GENERIC, keys, page, rows, type_text, words_of
from vgpt2.settings import Profile

CASES = yaml.safe_load((Path(__file__).parents[1] / "fixtures/reference/words.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "path"), [(Profile, DEFAULTS), (DatabaseSettings, GENERIC)])
def test_every_key_that_may_be_given_has_words_in_the_file_that_others_begin_with(kind, path):
    words = words_of(path)
    found = list(keys(kind.model_json_schema(), words))
    assert len(found) > 25
    assert [".".join(key) for key, _, _ in found if not words.get(key)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"].splitlines()[0])
def test_a_comment_belongs_to_the_key_before_it_or_to_the_one_below(tmp_path, case):
    path = tmp_path / "some.yaml"
    path.write_text(case["text"], encoding="utf-8")
    assert {".".join(key): said for key, said in words_of(path).items()} == case["words"]


class Part(BaseModel):
    """Of a section."""

    size: int = Field(3, ge=1, lt=9)
    texts: list[str] = []


class Whole(BaseModel):
    """All kinds of types."""

    name: str
    part: Part = Part()
    apart: Part = Part()
    of: dict[Literal["a", "b"], float] = {}
    kind: Literal["one", "two"] = "one"
    either: Annotated[int | str, Field(description="x")] = "a|b"


def test_a_row_has_type_limits_default_and_words_and_a_section_is_parted_where_words_are_said_of_its_keys():
    words = {("name",): "who", ("part", "size"): "how large", ("kind",): "one|two"}
    assert list(rows(Whole.model_json_schema(), words, {"part": {"size": 5}})) == [
        "| `name` | text | must be given | who |",
        "| `part.size` | whole number, 1 or more, less than 9 | 5 | how large |",
        "| `part.texts` | list: text |  |  |",
        '| `apart` | keys: size, texts | {"size": 3, "texts": []} |  |',
        "| `of` | for each of a, b: number |  |  |",
        "| `kind` | one, two | one | one\\|two |",
        "| `either` | whole number or text | a\\|b |  |",
    ]


def test_what_is_not_known_is_anything():
    assert type_text({}, {}) == "anything"
    assert type_text({"type": "object", "additionalProperties": True}, {}) == "by name: anything"


def test_the_page_shows_what_the_defaults_say_and_not_the_type():
    assert "| `data.sft` | whole number, 1 or more | 100000 | " in page()
