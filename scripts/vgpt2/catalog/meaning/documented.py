"""Values that a document lists beside a column's name: `Status`: 1 open, 2 on hold, 3 paid."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from vgpt2.catalog.meaning.phrases import clean

# A number, a short word in capitals or anything short in quotes; then what it means, with or without a sign between.
_VALUE = r"(?P<value>-?\d{1,4}|[A-Z][A-Z0-9]{0,5}|[Nn]?'[^']{1,20}'|\"[^\"]{1,20}\")"
_SIGN = r"=>|-{1,2}>|→|=|:|-{1,2}|–|—"
_ITEM = re.compile(rf"{_VALUE}(?:\s*(?P<sign>{_SIGN})\s*|\s+)(?P<text>\S.*)")
_BEHIND = re.compile(rf"(?P<text>[^()\d]*[A-Za-z][^()\d]*?)\s*\({_VALUE}\)")  # open (1)
_NUMBER = re.compile(r"-?\d+")
_RANGE = re.compile(r"(?:to|through|or|and|-)\s*-?\d")
# Where one item ends and the next begins, the surer first; within parentheses neither does.
_ENDS = (r"\s*<br\s*/?>\s*|\n", r"\s*;\s*", r"\s*\|\s*", r"\s*,\s*", r"\s+/\s+")
_INSIDE = r"(?![^()]*\))"
# "2 = on hold and 3 = paid", "1=Open 2=On hold", "2 on hold and 3 paid"
_NEXT = re.compile(
    rf"\s+(?:(?:(?:and|or)\s+)?(?=(?:-?\d{{1,4}}|'[^']{{1,20}}')\s*(?:=|:)|[A-Z]{{1,3}}\s*=)|(?:and|or)\s+(?=\d)){_INSIDE}"
)
_LEAD = re.compile(r"(?P<lead>[A-Za-z][A-Za-z' ]*[A-Za-z])\s*[:.;]\s+(?P<rest>.*)", re.DOTALL)
_NOT_NOW = frozenset("deprecated except formerly former never no not obsolete old other see unlike until was".split())
_ASIDE = re.compile(r"\s*\([^()]*\)\s*")
_GOES_ON = re.compile(r"\s*(?::\s|\.\s|\s[-–—]{1,2}\s|--)")
_ASKS = re.compile(r"(?:if|when|means|is|for)\s+(?:an?\s+|the\s+|it is\s+)?", re.IGNORECASE)
# What does not say what the value is.
_REST = frozenset(("otherwise", "else", "if not", "not", "any other", "not used", "unused", "reserved", "etc", "n/a"))
_NULL = re.compile(r"(?:null|blank|empty|'')\s*(?:=|:|-).*", re.IGNORECASE)
_NO_VALUE = re.compile(r"(?:null|blank|empty|none|''|space|\.{3}|…|etc)\b\W*.*", re.IGNORECASE | re.DOTALL)
# 4 characters, 30 days, 99 maximum: a size or a limit.
_SIZES = frozenset(
    "bytes byte characters character chars char days day decimals decimal digits digit hours hour length letters letter"
    " levels level lines line max maximum min minimum months month places place positions position rows row values"
    " value weeks week years year".split()
)
_WORDS = frozenset(("A", "I", "AN", "AS", "AT", "IN", "IS", "IT", "NO", "OF", "ON", "OR", "TO"))


def documented_values(text: str) -> dict[str, str]:
    """Value to what it means; nothing where one item does not say it (`1, 2, 3`), or where there is only one. Numbers
    and letters do not stand in one list: in `1 job, GL account, 2 inventory` GL is no value."""
    text = marked(text).strip().rstrip(".;,")
    found = meant(_split(text))
    lead = None if found else _LEAD.fullmatch(text)
    if lead and not is_past(lead["lead"]):
        return meant(_split(lead["rest"]))
    return found


def is_past(text: str) -> bool:
    """Whether a text is about what was once, or is not, or stands elsewhere."""
    return not _NOT_NOW.isdisjoint(re.findall(r"[a-z]+", text.lower()))


def meant(items: Sequence[str], least: int = 2) -> dict[str, str]:
    """The same of items that are apart already; nothing where fewer than `least` stand there."""
    items = [one for item in items if (one := re.sub(r"^(?:and|or)\s+", "", item))]
    least -= sum(bool(_NULL.fullmatch(item)) for item in items)
    signs, cut, words = list[bool](), False, 0
    found: dict[str, str] = {}
    for read in items:
        if _NO_VALUE.fullmatch(read):
            continue
        item = _ITEM.fullmatch(read) or _BEHIND.fullmatch(read)
        if item is None:
            return {}
        quoted = item["value"][-1] in "'\""
        value = item["value"].lstrip("Nn").strip("'\"") if quoted else item["value"]
        sign = item.re is _BEHIND or bool(item["sign"]) or item["text"][0] == "("
        signs.append(sign)
        said = _said(item["text"])
        cut = cut or said != item["text"].strip()
        text = clean(said)
        bare = not sign and not quoted
        if value in found or not text or _RANGE.match(text) or _is_size(value, text, bare):
            return {}
        words += bare and value in _WORDS and text[:1].lower() != value[:1].lower()
        found[value] = text
    # "A code, AN array" is no list; "A on account, C cash, X credit card" is.
    if words and len(found) - words < 2:
        return {}
    numbers = sum(bool(_NUMBER.fullmatch(value)) for value in found)
    if len(found) < max(1, least) or (numbers not in (0, len(found)) and not all(signs)):
        return {}
    if len(set(found.values())) < len(found) and (cut or not all(signs)):
        return {}
    return {value: said for value, said in found.items() if said.lower() not in _REST}


def marked(text: str) -> str:
    """A text without the marks of HTML and Markdown; a word in backticks stands in quotes."""
    text = html.unescape(re.sub(r"<br\s*/?>", "\n", text, flags=re.IGNORECASE)).replace("\xa0", " ")
    text = re.sub(r"(?<!\w)(?:\*\*|__)(\S.*?)(?:\*\*|__)(?!\w)", r"\1", text)
    text = re.sub(r"`(?=[^`]*[\w])([\w+.-]{1,20})`", lambda word: _quoted(word[1]), text)
    return text.replace("`", "")


def _quoted(word: str) -> str:
    return word if _NUMBER.fullmatch(word) else f"'{word}'"


def _split(text: str) -> list[str]:
    for end in _ENDS:
        parts = re.split(f"(?:{end}){_INSIDE}", text)
        if len(parts) > 1:
            break
    return [one.strip() for part in parts for one in _NEXT.split(part)]


def _said(text: str) -> str:
    """What stands beside a value, without what is said in parentheses and behind a colon, a dash or a full stop."""
    if text[0] == "(" and text.endswith(")") and "(" not in text[1:]:
        text = text[1:-1]
    text = _ASIDE.sub(" ", text).strip() or text
    text = _GOES_ON.split(text)[0]
    return _ASKS.sub("", text, count=1) if _ASKS.match(text) else text


def _is_size(value: str, text: str, bare: bool) -> bool:
    words = text.lower().split()
    limit = words[-1] in ("max", "maximum", "min", "minimum")
    return bool(_NUMBER.fullmatch(value)) and (limit or (bare and len(words) == 1 and words[0] in _SIZES))
