"""The names whose existence a text denies, read by the sentences in which people and models deny."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = r"(?:\[[^\]\n]{1,128}\]|[A-Za-z_#@][\w$#@]*)"
# Not from the middle of a word on: a word of 100,000 letters would be tried from each of them.
_NAME = rf"(?<![\w$#@])[`'\"*]{{0,3}}(?P<name>{_PART}(?:\.{_PART}){{0,2}})[`'\"*]{{0,3}}"
_TABLE = rf"(?:the )?(?:(?:table|view) )?(?<![\w$#@])[`'\"*]{{0,3}}(?P<owner>{_PART}(?:\.{_PART})?)[`'\"*]{{0,3}}"
# A name that cannot be an English word: where no word says "table" or "column", "I could not find time" is none.
_SHAPED = r"(?-i:(?=[`'\"*\[]{0,3}[\w.]{0,100}[A-Z_\d]))" + _NAME
_LATER_TABLE = _TABLE.replace("<owner>", "<later_owner>")
_IN_TABLE = rf"(?: (?:exists? )?(?:in|on|of|for|from|within) {_LATER_TABLE})?"
_THINGS = r"tables?|views?|columns?|fields?|objects?"
_THING = rf"(?P<thing>{_THINGS})"
_LATER_THING = rf"(?P<later_thing>{_THINGS})"
_CALLED = r"(?:called |named |as |like )?"
_NOT_HAVE = (
    r"(?:has no|have no|had no|contains no|lacks"
    r"|(?:does not|doesn't|do not|don't) (?:have|contain|include|list|define))"
)
_ABSENT = (
    r"(?:(?:does not|doesn't|do not|don't|did not|didn't) (?:actually |really )?(?:exist|appear)"
    r"|(?:is not|isn't|are not|aren't|was not|wasn't) (?:present|defined|available|found|there)"
    r"|(?:could not|couldn't|cannot|can't|can not) be found|is missing from|is (?:non-?existent|unknown|invented))"
)
_NOT_ABLE = r"(?:could not|couldn't|cannot|can't|can not|did not|didn't|unable to|not able to|failed to)"
_FIND = rf"(?:{_NOT_ABLE} (?:find|locate)|(?:do not|don't) (?:know|see|find|have))(?: an?| any| the| of an?)?"
DENIALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The column X of APTH does not exist
        rf"\b{_THING} {_NAME} (?:in|on|of) {_LATER_TABLE} {_ABSENT}",
        # APTH has no column InvoiceAmt; APTH does not have a column named InvoiceAmt
        rf"\b{_TABLE} {_NOT_HAVE}(?: an?| any| the)? {_THING} {_CALLED}{_NAME}",
        # There is no table APTX; no such table APTX; I know of no column X in APTH
        rf"\bno (?:such )?{_THING} {_CALLED}{_NAME}{_IN_TABLE}",
        # There is no APTX table
        rf"\bno {_NAME} {_THING}{_IN_TABLE}",
        # The table APTX does not exist; X does not exist in APTH
        rf"(?:\b{_THING} )?{_NAME}(?: {_LATER_THING})? {_ABSENT}{_IN_TABLE}",
        # APTX is not a table; X is not a column of APTH; X is not in APTH
        rf"(?:\b{_THING} )?{_NAME} (?:is not|isn't|are not|aren't) "
        rf"(?:(?:an? )?(?:known |real |existing |valid |actual )*{_LATER_THING}\b{_IN_TABLE}"
        rf"|(?:in|part of) {_LATER_TABLE.replace('later_', 'last_')})",
        # I could not find a table X; I do not know a table called X
        rf"\b{_FIND} {_THING} {_CALLED}{_NAME}{_IN_TABLE}",
        # APTH does not have InvoiceAmt; there is no InvoiceAmt in APTH
        rf"\b{_TABLE} (?:does not|doesn't) (?:have|contain|include) {_NAME}",
        rf"\bthere(?: is|'s) no {_NAME}(?: {_THING})? (?:in|on|of) {_LATER_TABLE}",
        # unknown table APTX; nonexistent column X
        rf"\b(?:unknown|non-?existent) {_THING} {_NAME}",
        # I am not aware of any table named APTX
        rf"\bnot aware of (?:an?|any|the) {_THING} {_CALLED}{_NAME}{_IN_TABLE}",
        # I could not find APTX; I couldn't locate a PaidFlag column in APTH
        rf"\b{_NOT_ABLE} (?:find|locate)(?: an?| any| the)? {_SHAPED}"
        rf"(?: {_LATER_THING})?{_IN_TABLE}",
        # table APTX not found; **APTX**: not found
        rf"(?:\b{_THING} )?{_SHAPED}:? not found\b{_IN_TABLE}",
        # The schema has no APTX
        rf"\b(?:schema|database|catalog)[\w ]{{0,30}} (?:has|have|contains|knows) no {_SHAPED}",
        # APTX is not among the tables of Viewpoint Vista
        rf"{_SHAPED} (?:is not|isn't) (?:among|one of) the {_LATER_THING}\b{_IN_TABLE}",
        # Invalid object name 'APTX'
        rf"\binvalid (?:object|table|column) name:? {_NAME}",
        # APTH lacks HoldCode
        rf"\b{_TABLE} lacks(?: an?| any| the)? {_SHAPED}(?: {_LATER_THING})?",
        # There isn't a PaidFlag column on APTH
        rf"\bthere (?:is not|isn't) (?:an?|any) {_NAME} {_LATER_THING}\b{_IN_TABLE}",
        # There is nothing named APTX
        rf"\bnothing (?:named|called) {_NAME}",
        # Neither PaidFlag nor anything like it is in APTH
        rf"\bneither {_SHAPED} nor [^.\n]{{1,60}}? (?:exists?\b|(?:is|are) (?:in|part of) {_LATER_TABLE})",
        # There is no APTX.
        rf"\bthere(?: is|'s) no {_SHAPED}(?=\s*(?:[.,;:!?)]|\Z|here\b|either\b|at all\b))",
        # APTX looks like a typo
        rf"{_SHAPED} (?:is|looks like|seems to be|appears to be|must be|may be|might be)(?: probably)? "
        rf"(?:an? )?(?:typo|misspell\w*|misspelt|mistyped)\b",
    )
)
# Every denial has one of these; most lines have none, and need no look at all the patterns. The parts are what the
# words are made of: `in` is twenty times as fast as an expression.
PARTS = ("no", "n't", "mis", "invented", "typo", "lacks", "unable", "invalid", "failed")
DENYING = re.compile(
    r"\bno\b|\bnothing\b|not\b|n't\b|missing|unknown|\bnon|invented|\bneither\b|typo|misspel|mistyp|lacks|unable|invalid|failed",
    re.IGNORECASE,
)
# "Invoices whose Vendor does not exist in APVM are left out": a condition on rows, and no word on the schema.
CONDITION = re.compile(r"\b(?:whose|where|if|when|unless|while)\s+(?:(?:the|an?|its|their)\s+)?\Z", re.IGNORECASE)
# "There is no Vendor in the result": said of rows.
OF_ROWS = frozenset("result results output answer list row rows total totals sum".split())
GENERIC = re.compile(
    r"\b(?:no such (?:table|view|column|field|object)|(?:table|view|column|field|object|it|that|this|they)s? "
    r"(?:you (?:asked|named|mention\w*)[\w ]{0,20} )?(?:does not|doesn't|do not|don't) exist"
    r"|(?:is|are) not (?:in|part of) (?:the|this) (?:database|schema|catalog))",
    re.IGNORECASE,
)
# Words that the name patterns catch in ordinary sentences: "the table you asked for does not exist".
COMMON = frozenset(
    """a an and any are as asked be by called column columns data database do does exist exists field fields for found
    from given has have i in is it its like match matching mentioned my name named named object objects of on one or
    question referenced requested s schema so such system table tables that the their them there they thing this to
    view views was we which with you your here also but if not no none data sql query known other""".split()
)


@dataclass(slots=True, frozen=True)
class Denial:
    """An object whose existence the prose denies. `thing`: table, column or empty (not said); `owner`: the table that
    is said to lack it, or empty; an empty `name` stands for "it does not exist"."""

    name: str
    thing: str = ""
    owner: str = ""


def find_denials(prose: str) -> list[Denial]:
    """The objects whose existence the prose denies, each once, in the order of the patterns.

    >>> find_denials("APTH has no column InvoiceAmt. The nearest is InvTotal.")
    [Denial(name='InvoiceAmt', thing='column', owner='APTH')]
    """
    # No pattern reaches over the end of a line.
    lines = [line for line in prose.split("\n") if any(part in line.lower() for part in PARTS)]
    prose = "\n".join(line for line in lines if DENYING.search(line))
    if not prose:
        return []
    found: list[Denial] = []
    rest = prose
    for pattern in DENIALS:
        for match in pattern.finditer(rest):
            groups = {key: value for key, value in match.groupdict().items() if value}
            thing = _thing(groups.get("thing") or groups.get("later_thing", ""))
            owner = groups.get("owner") or groups.get("later_owner") or groups.get("last_owner", "")
            if owner.lower() in OF_ROWS or CONDITION.search(rest, max(0, match.start() - 40), match.start()):
                continue
            denial = Denial(_plain(groups["name"]), thing, "" if thing == "table" else _plain(owner))
            if denial not in found:
                found.append(denial)
        # What one pattern has read is no other's: "column X of APTH does not exist" does not deny APTH.
        rest = pattern.sub(lambda match: "\n" * len(match.group()), rest)
    named = [denial for denial in found if denial.name]
    if not named and (found or GENERIC.search(prose)):
        return [Denial("")]
    return named


def _plain(name: str) -> str:
    bare = name.replace("[", "").replace("]", "").strip(".")
    return "" if bare.lower() in COMMON else bare


def _thing(word: str) -> str:
    word = word.lower().rstrip("s")
    return {"view": "table", "field": "column", "object": "", "name": ""}.get(word, word)
