"""Templates and questions as people say them: without names of tables, and with some words around."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from vgpt2.catalog.plain_words import plural
from vgpt2.database_settings import Pattern, Strict, Text
from vgpt2.synthesis.plain.nouns import in_short, is_many, one_row
from vgpt2.yaml_file import read_yaml_file

# A form for short questions has at most so many characters.
SHORT = 30
# Where one of the sentences of extras.py ends and the next begins.
_NEXT = re.compile(
    r"\. (?=(?:Only|The first|Stop|Sort|Sorted|Order|Take|Restrict|But|Leave|Just"
    r"|One row|Split|Each|I mean|Those|Of all|Meant"
    r"|Without|Ignore|Include|Within|And by|Void|Cancelled|Deleted)\b)"
)


class Saying(Strict):
    """The file: rules for templates, what is said around a question, and the verbs that questions begin with."""

    rules: list[tuple[Pattern, str]]
    counts: list[tuple[Pattern, str]]
    unfit_for_facts: list[Pattern]
    opens: Pattern
    greeting: Pattern
    asks: Pattern
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
    """A template for tables that go by words in the plural; `{row}`, `{rows}` and `{most}` are filled by `of_rows`."""
    for pattern, instead in _file().rules:
        template = re.sub(pattern, instead, template)
    if "{table}" in template and not re.search(r"\{(?:other|lines)\}", template):
        for pattern, instead in _file().counts:
            template = re.sub(pattern, instead, template)
    return template[:1].upper() + template[1:] if template[:1].isalpha() else template


def of_rows(phrases: Mapping[str, str]) -> dict[str, str]:
    """The phrases of a question without names, and what its rows are called: `row`, one of them as the question names
    them ("vendor invoice that is not void"); `rows`, several in short ("invoices"); `most`, what the one is that has
    most of a measure ("highest" invoice total, "most" hours); `groups`, several of a group ("payment methods")."""
    table = phrases.get("table", "")
    row = one_row(table)
    group = phrases.get("group", "")
    groups = f"{group}s" if group.endswith("month") else plural(group)
    most = "most" if is_many(phrases.get("measure", "")) else "highest"
    return {**phrases, "row": row, "rows": in_short(table), "most": most, "groups": groups}


def of_one(template: str, phrases: Mapping[str, str]) -> str:
    """A template that asks for more than so many rows, of one: more than one vendor invoice."""
    if phrases.get("bound") != "1":
        return template
    template = re.sub(r"(more than|over) \{bound\} \{table\}", r"\1 one {row}", template)
    return re.sub(r"(more than|over) \{bound\} \{rows\}", r"\1 one of them", template)


_CONDITION = re.compile(r"(?:,? (?:but )?(?:only )?(?:where|if|for which)|,) \{where\}")


@cache
def unconditioned(template: str) -> str:
    """A template without its condition, where the rows are named after it: "active vendors"."""
    return _CONDITION.sub("", template)


def terse(template: str) -> bool:
    """Whether a template is but its slots and few words, and no sentence: `{table}{company}: total {measure}`."""
    return template.startswith("{") and not re.search(r"[.?!](?:$|\s)", template)


def briefly(more: str) -> str:
    """What a question asks beside its intent, behind a terse one: "Sort by city. Only the first 5." as "sort by city;
    only the first 5"."""
    parts = [part.rstrip(".").removesuffix(", please") for part in _NEXT.split(more)]
    return "; ".join(part if part.startswith("I ") else f"{part[:1].lower()}{part[1:]}" for part in parts)


def chatty(
    question: str, side: Literal["train", "exam"], rng: random.Random, short: bool = False, fact: bool = False
) -> str:
    """A question with words around it, of which only one part opens it; few of them where questions have to be `short`,
    and none that speak of a report where one `fact` is asked for."""
    first = re.match(r"[A-Za-z]+", question)
    begins = first is not None and first[0].lower() in _file().verbs
    # Only what begins with a verb, and is one sentence, can go on from another one.
    one = begins and not re.search(r"[.?!] ", question)
    forms = [form for form in _file().chatty[side] if one or "{1}" not in form]
    forms = [form for form in forms if len(form) <= SHORT] if short else forms
    forms = [form for form in forms if _opens(question, form)]
    if fact:
        forms = [form for form in forms if not any(re.search(known, form) for known in _file().unfit_for_facts)]
    small = question[:1].lower() + question[1:]
    ends = small.rstrip(".?!")
    form = rng.choice(forms)
    return form.format(question if question[-1] in ".?!" else f"{question}.", ends)


# A question before any other sentence; 1.5 ends none.
_QUESTION = re.compile(r"(?:[^.?!]|\.\d)*\?")


def _opens(question: str, form: str) -> bool:
    """Whether a question goes on from what a form has before it: "I need ..." from no other reason to ask, and "My boss
    just asked me" is followed by what he asked."""
    before, file = form.partition("{")[0], _file()
    if not before or re.search(file.greeting, before):
        return True
    if re.search(file.opens, question):
        return False
    return not re.search(file.asks, before) or bool(_QUESTION.match(question))
