"""Templates and questions as people say them: without names of tables, and with some words around."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import Literal

from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.yaml_file import read_yaml_file


class Saying(Strict):
    """The file: rules for templates, what is said around a question, and the verbs that questions begin with."""

    rules: list[tuple[Pattern, str]]
    chatty: dict[Literal["train", "exam"], list[Text]]
    verbs: list[Text]


def read_saying(path: Path) -> Saying:
    """The file.

    Raises:
        UserError: a fault in it, with its line and key.
    """
    return read_yaml_file(path).check(Saying)


@cache
def _file() -> Saying:
    return read_saying(Path(__file__).with_name("saying.yaml"))


@cache
def plainly(template: str) -> str:
    """A template for tables that go by words in the plural."""
    for pattern, instead in _file().rules:
        template = re.sub(pattern, instead, template)
    return template[:1].upper() + template[1:] if template[:1].isalpha() else template


def terse(template: str) -> bool:
    """Whether a template is but its slots and few words, and no sentence: `{table}{company}: total {measure}`."""
    return template.startswith(("{table}", "{T}")) and template[-1] not in ".?!"


def chatty(question: str, side: Literal["train", "exam"], rng: random.Random) -> str:
    """A question with words around it."""
    first = re.match(r"[A-Za-z]+", question)
    begins = first is not None and first[0].lower() in _file().verbs
    # Only what begins with a verb, and is one sentence, can go on from another one.
    one = begins and not re.search(r"[.?!] ", question)
    forms = [form for form in _file().chatty[side] if one or "{1}" not in form]
    small = question[:1].lower() + question[1:]
    ends = small.rstrip(".?!")
    form = rng.choice(forms)
    return form.format(question if question[-1] in ".?!" else f"{question}.", ends)
