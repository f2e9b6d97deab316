"""Words that are written like names and are none: the lists of `ordinary.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from vgpt2.yaml_file import read_yaml_file


def _words(text: str) -> str:
    if len(set(text.split())) != len(text.split()):
        raise ValueError("a word stands here twice")
    return text


class Ordinary(BaseModel):
    """The file as it stands: words with blanks between them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    no_names: Annotated[str, AfterValidator(_words)]
    ordinary: Annotated[str, AfterValidator(_words)]
    in_marks: Annotated[str, AfterValidator(_words)]
    things: Annotated[str, AfterValidator(_words)]


@cache
def ordinary() -> Ordinary:
    """The project's lists, read once."""
    return read_ordinary(Path(__file__).with_name("ordinary.yaml"))


def read_ordinary(path: Path) -> Ordinary:
    """The lists of a file.

    Raises:
        UserError: an unknown key, one that is missing, or a word twice in a list.
    """
    return read_yaml_file(path).check(Ordinary)
