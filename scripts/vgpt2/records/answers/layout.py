"""An answer as it is laid out: thinking left out, blocks of code, and the prose between them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from textwrap import dedent

SQL_LANGUAGES = frozenset(
    ("", "sql", "tsql", "t-sql", "mssql", "sqlserver", "transact-sql", "ms-sql", "plsql", "mysql")
)
FENCE = re.compile(r"```[ \t]*([A-Za-z][\w+-]*)?[ \t]*(?:\r?\n)?(.*?)(?:```|\Z)", re.DOTALL)
_FIRST = "select with declare use set insert update delete merge drop truncate alter create exec execute grant revoke"
FIRST_WORDS = frozenset(_FIRST.split())
SELECT = re.compile(r"\bSELECT\b", re.IGNORECASE)
LONG_FENCE = re.compile(r"`{4,}|^[ \t]*~{3,}", re.MULTILINE)
# What a model thinks before it answers; what is not closed is thought to the end, and where only the end stands, the
# template has opened it.
_TAGS = "think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis|seed:think"
THINKING = re.compile(
    rf"<\|?({_TAGS})\|?>.*?(?:<\|?/\|?\1\|?>|\Z)"
    # as Sky-T1, Cohere, Kimi and Magistral write it; the last one's could be a name where it does not stand first
    r"|<\|begin_of_thought\|>.*?(?:<\|end_of_thought\|>|\Z)|<\|start_thinking\|>.*?(?:<\|end_thinking\|>|\Z)"
    r"|\u25c1think\u25b7.*?(?:\u25c1/think\u25b7|\Z)|\A\s*\[think\].*?(?:\[/think\]|\Z)"
    # the channels of gpt-oss
    r"|<\|channel\|>(?!\s*final\b).*?(?=<\|channel\|>\s*final\b|\Z)",
    re.DOTALL | re.IGNORECASE,
)
THOUGHT = re.compile(
    rf"\A.*(?:<\|?/\|?(?:{_TAGS})\|?>|<\|end_(?:of_thought|thinking)\|>|\u25c1/think\u25b7|\A[^\[]*\[/think\])",
    re.DOTALL | re.IGNORECASE,
)
# What is left of such a template around the answer.
TEMPLATE = re.compile(
    r"<\|channel\|>\s*final\b(?:[^<\n]*<\|message\|>)?|<\|(?:start|end|return|message|channel|(?:begin|end)_of_solution"
    r"|(?:start|end)_response)\|>",
    re.IGNORECASE,
)
QUOTED_LINE = re.compile(r"[ \t]{0,3}>[ \t]?")
JSON_FENCE = re.compile(r"```[ \t]*+(?:jsonc?)?[ \t]*+\r?\n?(\s*+[{\[].*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class Block:
    """A block of code: its language (lower case, empty where none is said), its text, and the prose between it and the
    block before."""

    language: str
    text: str
    before: str

    @property
    def whole(self) -> str:
        """Its text behind the word that stands for its language, which may be none."""
        return f"{self.language} {self.text}" if self.language not in SQL_LANGUAGES else self.text

    @property
    def is_sql(self) -> bool:
        """Whether its language is T-SQL, or not said."""
        return self.language in SQL_LANGUAGES


@dataclass(slots=True, frozen=True)
class Layout:
    """An answer's blocks, and its prose: what stands around them."""

    blocks: tuple[Block, ...]
    prose: str


def lay_out(answer: str) -> Layout:
    """Take an answer apart; never fails, whatever the text."""
    answer = plain_form(answer)
    if "```" not in answer:
        return Layout((), answer)
    blocks, between, end = [], [], 0
    for match in FENCE.finditer(answer):
        between.append(answer[end : match.start()])
        language, text = (match[1] or ""), match[2]
        # The first word of a query or statement where a language stands: "```SELECT 1```".
        if language.lower() in FIRST_WORDS:
            language, text = "", f"{language} {text}"
        blocks.append(Block(language.lower(), dedent(text), between[-1]))
        end = match.end()
    return Layout(tuple(blocks), "\n".join((*between, answer[end:])))


def plain_form(answer: str) -> str:
    """The same answer without thinking and quotation marks of lines, with fences of three backticks, and a query out of
    the JSON that holds it."""
    if "<" in answer or "\u25c1" in answer or answer.lstrip()[:1] == "[":
        answer = THOUGHT.sub("", THINKING.sub("\n", answer))
        if "<|" in answer:
            answer = TEMPLATE.sub("", answer)
    if ">" in answer:
        answer = _unquoted(answer)
    if "~~~" in answer or "````" in answer:
        answer = LONG_FENCE.sub("```", answer)
    if '"' in answer and SELECT.search(answer):
        if answer.lstrip()[:1] in ("{", "["):
            return _out_of_json(answer)
        if "```" in answer:
            return JSON_FENCE.sub(lambda block: _out_of_json(block[1], block[0]), answer)
    return answer


def _unquoted(answer: str) -> str:
    """Lines that are quoted (`> SELECT ...`) as they were; `> 5` in the middle of a query is no quotation."""
    lines = answer.split("\n")
    free, inside = True, False
    for number, line in enumerate(lines):
        mark = QUOTED_LINE.match(line)
        inside = bool(mark) and (inside or free)
        if mark and inside:
            lines[number] = line[mark.end() :]
        bare = line.strip()
        free = not bare or bare.endswith((":", ".", "!", "?"))
    return "\n".join(lines)


def _out_of_json(text: str, otherwise: str = "") -> str:
    try:
        waiting = [("", json.loads(text, strict=False))]
    except (ValueError, RecursionError):
        return otherwise or text
    lines = []
    while waiting:
        key, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting = [*value.items(), *waiting]
        elif isinstance(value, list):
            waiting = [*((key, item) for item in value), *waiting]
        elif isinstance(value, str) and SELECT.search(value) and "```" not in value:
            lines.append(f"```sql\n{value}\n```")
        else:
            lines.append(f"{key}: {value}")
    return "\n".join(lines)
