"""What a teacher is told, from `prompts.yaml`, read when it is first asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vgpt2.yaml_file import read_yaml_file


class Prompts(BaseModel):
    """The file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reword: str
    names: str
    describe: str
    answer: str


@cache
def prompts() -> Prompts:
    """The prompts.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("prompts.yaml")).check(Prompts)
