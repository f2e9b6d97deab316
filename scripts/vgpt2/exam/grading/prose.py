"""What prose affirms: the same text without what it negates, and its parts that are about one thing."""

from __future__ import annotations

import re

_NAME = r"(?<!\w)(?!(?:not|but|nor)\b)[`'\"*\[]{0,2}@?[A-Za-z_]\w*(?:\.\w+)?[`'\"*\]]{0,2}"
# payroll (PR); payroll, which is PR; Human Resources (HR)
_ITEM = (
    rf"{_NAME}(?: (?-i:[A-Z][a-z]+)){{0,2}}"
    rf"(?:\s*\([^()\n]*\)|\s*,?\s*(?:which|that)\s+(?:is|are|means?|stands?\s+for)\s+{_NAME})?"
)
_AT = r"in|to|of|by|on|for|at|with|from|bei|beim|von|auf|für|bij|voor|em|na|przy|w|при|в|на"
_OR = r"(?:or|nor|and|oder|noch|und|ou|et|lub|ani|или|и)"
# It does not fire on UPDATE; never touches APVM
_VERB = (
    r"(?:use|read|touch|include|contain|have|take|allow|accept|fire|run|belong|need|reference|query|involve|reach|cover|know"
    r"|require|expect|react)(?:s|es)?"
)
_LIST = rf"{_ITEM}(?:(?:\s*,\s*(?:{_OR}\s+)?|\s+{_OR}\s+)(?:in\s+)?{_ITEM}){{0,20}}"
_NOT = r"(?:\b(?:not|never|nicht|niet|não|nie|не)|n't)"
NEGATED = re.compile(
    # anything but A, I, D and S
    r"\b(?:anything|everything|all|any)\s+(?:but|except)\b[^.;\n]*"
    # neither payroll nor purchasing
    rf"|\bneither\s+{_NAME}(?:\s*,?\s+nor\s+{_NAME})+"
    # rather than HR; without APVM; not to be confused with HR
    rf"|\b(?:rather\s+than|as\s+opposed\s+to|not\s+to\s+be\s+(?:confused|mixed\s+up)\s+with"
    r"|without(?!\s+(?:an?\s+|any\s+)?(?:doubt|question|fail|exception)))"
    rf"\s+(?:an?\s+|the\s+|(?:{_AT})\s+){{0,2}}{_ITEM}(?:\s+{_OR}\s+(?:in\s+)?{_ITEM}){{0,20}}(?:\s+of\s+{_NAME})?"
    # not Vendor; isn't a varchar; not in HR; does not fire on UPDATE
    rf"|{_NOT}\s+(?!only\b|just\b|null\b|sure\b|that\b)(?:{_VERB}\s+(?!only\b|just\b))?(?:an?\s+|the\s+|(?:{_AT})\s+){{0,2}}{_LIST}"
    # X is not allowed; Vendor is not part of it
    rf"|{_NAME}(?:(?:\s*,\s*|\s+(?:and|or)\s+){_NAME}){{0,5}}\s+(?:is|are)(?:\s+not|n't)\s+"
    r"(?:part|one|among|in|allowed|valid|included|possible)\b(?:(?!\bbut\b)[^.;\n])*"
    # a row of a table: | Vendor | no |
    r"|^\|[^\n]*\|\s*no\s*\|\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# Without one of these nothing is negated.
NEGATING = (
    "not",
    "n't",
    " but ",
    "except",
    "no ",
    "neither",
    "nicht",
    "niet",
    "não",
    "nie ",
    "не ",
    "never",
    "than ",
    "without",
    "opposed",
)
# A list behind a colon and an empty line still belongs to its sentence.
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n(?!\s*[-*|\d])")


def affirmed(prose: str) -> str:
    """The prose without the names that it negates.

    >>> affirmed("The key is APCo, Mth, APTrans, not Vendor.")
    'The key is APCo, Mth, APTrans,  .'
    """
    low = prose.lower()
    if not any(part in low for part in NEGATING):
        return prose
    return NEGATED.sub(" ", prose)


def about(prose: str, word: re.Pattern) -> str:
    """The sentences in which a word occurs, or an empty string."""
    return "\n".join(sentence for sentence in SENTENCE_END.split(prose) if word.search(sentence))
