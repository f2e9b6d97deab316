"""What a question asks for, beside what its gold and an answer hold: the facts that it demands, what it says in words
and means as a name, and what it gives and need not be asked back."""

from __future__ import annotations

import re
from dataclasses import replace

from vgpt2.exam.grading.denied import asks_whether, last
from vgpt2.exam.grading.lists import OF_KEY, words_of
from vgpt2.exam.grading.parameters import NUMBERS
from vgpt2.exam.model import Question
from vgpt2.records.answers.denials import Said
from vgpt2.records.answers.mentions import HUMP, Names
from vgpt2.records.facts import Fact

WHERE = re.compile(
    r"\bwhere\s+(?:is|are|do|does|can|could|would|will)\b|\b(?:in|from)\s+(?:which|what)\s+(?:table|view)\b",
    re.IGNORECASE,
)
COMPANY = re.compile(rf"\bcompany\s+(?:\d+|{'|'.join(NUMBERS.values())})\b", re.IGNORECASE)
# "Which company do you mean?" asks for nothing else, "which company, and which table?" does.
ASKS_COMPANY = re.compile(
    r"\W*(?:sorry\W+)?(?:and\s+)?(?:for\s+|in\s+)?(?:which|what)\s+company\b(?:(?!\b(?:and|or)\b)[^,;?\n])*\?\W*",
    re.IGNORECASE,
)
_PLACED = r"(?P<thing>\b(?:table|view|column|field)s?)\s+(?:for|of|with)\s+(?:the\s+|an?\s+)?"


def demanded(question: Question, said: Said, names: Names) -> tuple[Fact, ...]:
    """The facts of the gold that an answer must state.

    A gold also holds what a full answer says beside: that the trigger exists whose event is asked for, the table it
    stands on, the key of a table of which only the place is asked. What the question itself names need not be said
    again; another table and a key only have to be right where a table, or a key, is spoken of.
    """
    facts = question.gold.facts
    there = {fact.subject for fact in facts if fact.claim == "exists"}
    where, whether = bool(WHERE.search(question.question)), asks_whether(question.question)
    text = f"{question.question}\n{said.stated}"
    kept = [
        fact
        for fact in facts
        if fact.claim != "key" or fact.subject not in there or not (where or whether) or OF_KEY.search(text)
    ]
    if not any(fact.claim != "exists" for fact in kept):
        # Of a place the first table that is named is the answer.
        return tuple(replace(fact, claim="describes") if where and len(kept) == 1 else fact for fact in kept)
    spelled, tables = words_of(question.question), names.tables(said.stated)
    return tuple(
        fact
        for fact in kept
        if fact.claim != "exists"
        or not (last(fact.subject) in spelled or all(_below(fact.subject, table.name) for table in tables))
    )


def _below(subject: str, name: str) -> bool:
    """Whether a table is the one meant, or the view on it: `APTH` for `bAPTH`."""
    return name in (last(subject), last(subject).removeprefix("b"))


def respelled(question: Question, prose: str) -> str:
    """The prose with what is missing as the name that it is known by, where the question said it in words: "there is no
    table for RFI escalations" speaks of `RFIEscalations`."""
    for missing in question.gold.missing:
        humps = HUMP.findall(last(missing))
        if len(humps) < 2:
            continue
        words = r"[ -]".join((*map(re.escape, humps[:-1]), re.escape(humps[-1].removesuffix("s")) + "s?"))
        if re.search(rf"\b{words}\b", question.question, re.IGNORECASE):
            name = last(missing)
            prose = re.sub(rf"{_PLACED}{words}\b", rf"\g<thing> {name}", prose, flags=re.IGNORECASE)
            prose = re.sub(rf"\b{words}\b", name, prose, flags=re.IGNORECASE)
    return prose


def asks_what_is_given(question: Question, prose: str) -> bool:
    """Whether an answer asks back for nothing but the company, whose number the question says."""
    return bool(COMPANY.search(question.question) and ASKS_COMPANY.fullmatch(prose))
