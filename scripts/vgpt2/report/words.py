"""What the report calls things: titles and sentences for a reader who is new to training. The words are data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ASSETS = Path(__file__).parent / "assets"
# Where a kind has no word of its own, that of another is taken: a house rule is broken by the defect of its name.
ALSO = {"worse": "defects", "house": "defects"}
BOUNDS = {"floor": "at least", "ceiling": "at most", "below": "under"}


@dataclass(slots=True, frozen=True)
class Word:
    """How a thing is called, and what is said of it (may be empty)."""

    title: str
    says: str = ""


@dataclass(slots=True, frozen=True)
class RuleWord(Word):
    """A rule of the audit: its `bound` (a key of BOUNDS, or empty: not known) and its `unit` (records, share, ratio);
    `group` is `faults` (records that have one) or `sets`."""

    bound: str = ""
    unit: str = "ratio"
    group: str = "sets"


def word(kind: str, slug: str) -> Word:
    """The word for a slug; one that is not in words.yaml is shown with blanks for underscores."""
    own, other = _words().get(kind, {}), _words().get(ALSO.get(kind, ""), {})
    return own.get(slug) or other.get(slug) or Word(plain(slug))


def titles(*kinds: str) -> dict[str, dict[str, str]]:
    """By kind, the title of each slug: for the page's script."""
    return {kind: {slug: one.title for slug, one in _words()[kind].items()} for kind in kinds}


def rule_word(rule: str) -> RuleWord:
    """The word for a rule of the audit, without the stage at its end."""
    return rule_words().get(rule) or RuleWord(plain(rule))


@cache
def rule_words() -> dict[str, RuleWord]:
    """All rules of audit.yaml, in its order."""
    groups = yaml.safe_load((ASSETS / "audit.yaml").read_text(encoding="utf-8"))
    return {rule: RuleWord(group=group, **values) for group, rules in groups.items() for rule, values in rules.items()}


def plain(slug: str) -> str:
    """`held_out_pair` as `held out pair`."""
    return slug.replace("_", " ")


@cache
def _words() -> dict[str, dict[str, Word]]:
    kinds = yaml.safe_load((ASSETS / "words.yaml").read_text(encoding="utf-8"))
    return {
        kind: {slug: Word(value) if isinstance(value, str) else Word(**value) for slug, value in slugs.items()}
        for kind, slugs in kinds.items()
    }
