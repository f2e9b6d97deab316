"""The words that carry the meaning of a question, by class, and those that carry none; `rewording` reads both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgpt2.synthesis.literals import MONTHS

# Stand-ins for what is masked in a question: mentions of names, literals, words of a class.
MENTION, LITERAL, CLASS = 0xE000, 0xF000, 0x100000
M, L, C = f"[{chr(MENTION)}-{chr(LITERAL - 1)}]", f"[{chr(LITERAL)}-\uf8ff]", f"[{chr(CLASS)}-{chr(CLASS + 0xFF)}]"


@dataclass(slots=True, frozen=True)
class WordClass:
    """Words that say the same. `reason`: what a change of theirs is; `counted`: not only whether they occur matters,
    but how often; `added`: a rewording may bring them where the original has none; `dropped`: it may leave them out."""

    name: str
    pattern: re.Pattern[str]
    reason: str
    counted: bool = False
    added: bool = False
    dropped: bool = False


def _words(name: str, pattern: str, reason: str, **flags: bool) -> WordClass:
    return WordClass(name, re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.I), reason, **flags)


_MOST = "highest|largest|biggest|greatest|latest|newest"
_LEAST = "lowest|smallest|least|earliest|oldest"
# In order: what an earlier class has taken is not looked at again.
CLASSES = (
    _words(
        "change",
        "month[- ]over[- ]month|(?:the )?(?:month before|(?:previous|prior) month)|changed?|changes|difference|"
        "go(?:es)? up or down",
        "aggregation",
    ),
    _words(
        "limit", f"(?:stop after|first|limit(?:ed)? (?:it )?to|top|just)(?= {L})", "order", added=True
    ),
    _words(
        "exists", "at least one|one or more|exist(?:s|ing)?|occur(?:s|ring)?|matching|knows?", "condition", added=True
    ),
    _words(
        "descending",
        f"descending|decreasing|(?:{_MOST}) (?:first|to (?:{_LEAST}))|high to low|reverse order",
        "order",
    ),
    _words(
        "ascending", f"ascending|increasing|(?:{_LEAST}) (?:first|to (?:{_MOST}))|low to high", "order", dropped=True
    ),
    _words("order", "sort(?:ed|s|ing)?|order(?:ed|s|ing)?", "order"),
    _words(
        "at_least",
        "at least|or more|or later|on or after|no(?:t)? less than|or higher|or greater|or above|no earlier than",
        "condition",
        counted=True,
    ),
    _words(
        "at_most",
        "at most|up to|or less|or fewer|or earlier|on or before|no(?:t)? more than|or below|no later than",
        "condition",
        counted=True,
    ),
    _words(
        "filled",
        "(?:(?:is|are) )?not (?:null|empty|blank)|(?:is|are) (?:filled(?: in)?|set)|ha(?:s|ve) a value",
        "condition",
        counted=True,
    ),
    _words(
        "empty",
        "(?:is|are) (?:empty|null|blank|unset|not set|not filled)|empty|null|blank|unset|not set|ha(?:s|ve) no value",
        "condition",
        counted=True,
    ),
    _words(
        "over",
        f"(?:over|after|pass(?:es)?|beats?)(?= {L})|more than|(?:greater|higher|larger|bigger|later) than|above|"
        f"exceed(?:s|ing)?|beats?",
        "condition",
        counted=True,
    ),
    _words(
        "under", "(?:less|lower|smaller|fewer|earlier) than|below|under|before|prior to", "condition", counted=True
    ),
    _words("starts", "(?:starts?|starting|begins?|beginning) with", "condition", counted=True),
    _words("ends", "(?:ends?|ending) (?:with|in)", "condition", counted=True),
    _words("contains", "contain(?:s|ing)?", "condition", counted=True),
    _words(
        "distinct", "distinct|different(?! from)|unique|(?:without|no|drop) (?:any )?duplicates|once|deduplicated",
        "aggregation",
    ),
    _words(
        "not",
        "not|\\w+n't|cannot|no|never|without|nothing|none|missing|lack(?:s|ing)?|other than|except(?: for)?|"
        "exclud(?:e|es|ing)|neither|nor|different from|apart from",
        "condition",
        counted=True,
    ),
    _words("rank", "rank(?:s|ed|ing|ings)?", "aggregation"),
    _words("running", "running|cumulat(?:e|es|ed|ive)", "aggregation"),
    _words("average", "averages?|averaged|mean", "aggregation"),
    _words("total", "totals?|totall?ed|totall?ing|sums?|summed|add(?:s|ed|ing)? up|how much", "aggregation"),
    _words("count", "counts?|counted|counting|how many|number of|rows per", "aggregation"),
    _words("minus", f"minus|less|net|subtract(?:ed|ing)?|deduct(?:ed|ing)?|(?:take|taking)(?= {M})", "aggregation"),
    _words("lowest", "lowest|smallest|minimum|min|least|bottom", "aggregation"),
    _words("highest", "highest|largest|biggest|greatest|maximum|max|top|leads?", "aggregation"),
    _words("earliest", "earliest|oldest", "aggregation"),
    _words("latest", "latest|newest|most recent", "aggregation"),
    _words("page", "pages?", "order"),
    _words("pivot", "pivot(?:ed|s)?|columns?|across|cross|side by side", "aggregation", added=True),
    _words("age", "aged?|ages|ageing|aging|old|buckets?|days", "aggregation", added=True),
)  # fmt: skip
AGGREGATES = ("total", "average", "count", "lowest", "highest", "earliest", "latest")
STATES = ("filled", "empty")
COMPARES = ("at_least", "at_most", "over", "under", "starts", "ends", "contains", "not")

MONTH = rf"(?i:{'|'.join(MONTHS)}),? \d{{4}}"
NUMBER = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?"

# Words that bring nothing new into a question, whichever of them a rewording takes.
PLAIN = frozenset(
    """
    a about according against all along alongside also am among amount an and any appear appears are as ask asked at
    back based be been being belong belongs beside both break bring broken but by calculate calculated can come
    compute computed consider considering corresponding could data database detail details determine did display
    displayed do does down each either entries entry equal equals every fall falling falls fetch figure figures find
    following for found from further gather generate get give given gives go group grouped groups had has have
    having help here how i if in include included including information into is it its itself join joined just keep
    kept know let lie lies like limit limited linked list listed listing look looking made make many match matched
    matches me much must my need needed needs now of off on one ones only or our out over overall overview part per
    please present produce provide pull pulled put query question rather record records related report respective
    respectively restrict restricted result resulting results retrieve retrieved return returned returning row rows
    run same see seen select separately set shall should show showing shown shows single so some split stored such
    table tables take taken tell that the their them then there these they this those through to together under up
    use using value values view want wanted was we were what when where which while who whose will wish with within
    work would you your
    """.split()
)
