"""The grammar of one answer with the names that it may use, for servers that take a grammar and nothing else.

In GBNF, which llama.cpp reads, and vLLM's engines too. A column behind a table is one of that table's; what else FROM
decides (a column alone, aliases) such a grammar cannot know: `refusal` says afterwards whether an answer kept to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from vgpt2.sqltext.names import quote
from vgpt2.tsql.check.functions.words import words
from vgpt2.tsql.grammar.written import Edges, Writer, bounded_rules
from vgpt2.tsql.prefix.names import Names, own_words, types
from vgpt2.tsql.prefix.placing import PART_FIRST

_CALLED = "[A-Za-z_] [A-Za-z0-9_]*"
# Kinds of tokens that are no names, as GBNF has them.
_KINDS = {
    "STRING": '[Nn]? "\'" ([^\'] | "\'\'")* "\'"',
    "INTEGER": "[0-9]+",
    "NUMBER": '[0-9]+ ("." [0-9]*)? ([eE] [+-]? [0-9]+)? | "." [0-9]+',
    "BINARY": '"0" [xX] [0-9A-Fa-f]*',
    "MONEY": '"$" [0-9]+ ("." [0-9]*)?',
    "VARIABLE": f'"@" {_CALLED}',
    "CALLED": _CALLED,
    "ALIAS": "[a-z] [a-z0-9]? [a-z0-9]?",
}


class _Gbnf(Writer):
    space = "ws"

    def word(self, text: str) -> str:
        """A word has a rule of its own."""
        return f"k-{text.lower().replace('_', '-')}" if text[0].isalpha() else _literal(text)

    def kind(self, name: str) -> str:
        return f"t-{name.lower().replace('_', '-')}"

    def rule(self, name: str) -> str:
        return f"r-{name.replace('_', '-')}"


def listed_grammar(names: Names) -> str:
    """GBNF of an answer: prose with at most one SQL fence, in it one SELECT with these names."""
    rules = bounded_rules(named=True)
    writer = _Gbnf(Edges(rules))
    start = writer.text(rules.pop("start"))
    lines = [f"{writer.rule(name)} ::= {writer.text(node)}" for name, node in rules.items()]
    kinds = {**_KINDS, **_listed(names)}
    spelled = sorted({word for line in (start, *lines) for word in line.replace("(", " ").replace(")", " ").split()})
    used = {word.rstrip("?*+") for word in spelled}
    words_used = (word for word in used if word.startswith("k-"))
    return "\n".join(
        [
            'root ::= prose ("```sql\\n" statement ws? "\\n```" prose)?',
            # rules that use themselves are not taken for one token by engines that have a lexer
            "prose ::= text? marks?",
            "marks ::= marked text? marks?",
            "text ::= [^`]+",
            'marked ::= "`" [^`\\n]+ "`"',
            "ws ::= [ \\t\\r\\n] ws?",
            f"statement ::= {start}",
            *lines,
            *(f"{word} ::= {_cased(word[2:].replace('-', '_'))}" for word in sorted(words_used)),
            *(f"{writer.kind(name)} ::= {body}" for name, body in kinds.items() if writer.kind(name) in used),
            "",
        ]
    )


def _listed(names: Names) -> dict[str, str]:
    """The kinds of tokens that are lists of names."""
    made = names.derived | own_words().planned
    every = _choice(map(quote, sorted({column for table in names.tables for column in table.columns or ()})))
    sources, owners = [], {}
    for table in names.tables:
        columns = _choice(map(quote, sorted(table.columns or ())))
        whole = f"{quote(table.schema)}.{quote(table.name)}"
        sources += [whole, *([quote(table.name)] if table.name in names.bare else [])]
        # a table's name stands before its columns also where FROM has to say its schema
        owners[whole] = owners[quote(table.name)] = columns
    dotted = [f"{_literal(f'{owner}.')} ({columns})" for owner, columns in owners.items()]
    routines = (".".join(map(quote, name.split("."))) for name in sorted(names.routines))
    return {
        "SOURCE": f"{_choice(sources)} | t-made",
        "MADE": _choice(sorted(made)),
        "COLUMN": " | ".join([*dotted, f't-alias "." ({every})', 't-made "." t-called', every]),
        "STARRED": f'({_choice(owners)} | t-alias | t-made) ".*"',
        "BUILT_IN": _insensitive(names.functions - PART_FIRST),
        "DATED": _insensitive(names.functions & PART_FIRST),
        "PART": _insensitive(words().date_parts.all),
        "TYPE": _insensitive(types()),
        "ROUTINE": _choice(routines) or "t-built-in",
    }


def _choice(texts: Iterable[str]) -> str:
    return " | ".join(map(_literal, texts))


def _insensitive(texts: Iterable[str]) -> str:
    return " | ".join(map(_cased, sorted(texts)))


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _cased(word: str) -> str:
    """In capitals or in small letters."""
    return " | ".join(map(_literal, dict.fromkeys((word.upper(), word.lower()))))
