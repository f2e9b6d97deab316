"""What prose affirms: the same text without what it negates, and its parts that are about one thing."""

from __future__ import annotations

import re

_NAME = r"(?<!\w)[`'\"*\[]{0,2}[A-Za-z_]\w*(?:\.\w+)?[`'\"*\]]{0,2}"
_LIST = rf"{_NAME}(?:(?:\s*,\s*(?:or\s+|nor\s+|and\s+)?|\s+(?:or|nor|and)\s+)(?:in\s+)?{_NAME}){{0,20}}"
NEGATED = re.compile(
    # anything but A, I, D and S
    r"\b(?:anything|everything|all|any)\s+(?:but|except)\b[^.;\n]*"
    # neither payroll nor purchasing
    rf"|\bneither\s+{_NAME}(?:\s*,?\s+nor\s+{_NAME})+"
    # not Vendor; isn't a varchar; not in HR
    rf"|(?:\bnot|n't)\s+(?!only\b|just\b|null\b|sure\b|that\b)(?:an?\s+|the\s+|(?:in|of|by|on|for|at|with|from)\s+){{0,2}}{_LIST}"
    # X is not allowed; Vendor is not part of it
    rf"|{_NAME}(?:(?:\s*,\s*|\s+(?:and|or)\s+){_NAME}){{0,5}}\s+(?:is|are)(?:\s+not|n't)\s+"
    r"(?:part|one|among|in|allowed|valid|included|possible)\b(?:(?!\bbut\b)[^.;\n])*"
    # a row of a table: | Vendor | no |
    r"|^\|[^\n]*\|\s*no\s*\|\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# A list behind a colon and an empty line still belongs to its sentence.
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n(?!\s*[-*|\d])")


def affirmed(prose: str) -> str:
    """The prose without the names that it negates.

    >>> affirmed("The key is APCo, Mth, APTrans, not Vendor.")
    'The key is APCo, Mth, APTrans,  .'
    """
    low = prose.lower()
    if not any(part in low for part in ("not", "n't", " but ", "except", "no ", "neither")):
        return prose
    return NEGATED.sub(" ", prose)


def about(prose: str, word: re.Pattern) -> str:
    """The sentences in which a word occurs, or an empty string."""
    return "\n".join(sentence for sentence in SENTENCE_END.split(prose) if word.search(sentence))
