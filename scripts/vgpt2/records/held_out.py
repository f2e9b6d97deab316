"""What the suite keeps for itself, so that training leaves it alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from vgpt2.errors import UserError
from vgpt2.records.text import normalise


@dataclass(slots=True, frozen=True)
class HeldOut:
    """What the suite keeps for itself: joined table pairs (qualified, sorted), question families, wordings."""

    pairs: frozenset[tuple[str, str]] = frozenset()
    families: frozenset[str] = frozenset()
    wordings: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()  # normalised texts of the suite's questions

    def reason(self, question: str, family: str, wording: str, tables: Iterable[str]) -> str:
        """Why training leaves a question alone: question, family, wording or pair (of `tables`, qualified names); else
        an empty string."""
        if normalise(question) in self.questions:
            return "question"
        if family in self.families:
            return "family"
        if wording in self.wordings:
            return "wording"
        return "pair" if any(pair in self.pairs for pair in combinations(sorted(set(tables)), 2)) else ""

    def to_json(self) -> dict:
        """As `held_out.json` holds it: sorted lists."""
        return {
            "pairs": sorted(map(list, self.pairs)),
            "families": sorted(self.families),
            "wordings": sorted(self.wordings),
            "questions": sorted(self.questions),
        }

    @classmethod
    def from_json(cls, value: dict, where: str = "held_out.json") -> HeldOut:
        """The inverse of `to_json`.

        Raises:
            UserError: not what `to_json` gives; the message starts with `where`.
        """
        names = ("pairs", "families", "wordings", "questions")
        for name in names:
            found = value.get(name) if isinstance(value, dict) else None
            if not _are_texts(found, in_pairs=name == "pairs"):
                raise UserError(
                    f"{where}: '{name}' is no list of {'two tables each' if name == 'pairs' else 'texts'}; "
                    "make the suite again (build_suite.py)"
                )
        return cls(frozenset(map(tuple, value["pairs"])), *(frozenset(value[name]) for name in names[1:]))


def _are_texts(found: object, in_pairs: bool) -> bool:
    if not isinstance(found, list):
        return False
    if in_pairs:
        return all(isinstance(item, list) and len(item) == 2 and _are_texts(item, in_pairs=False) for item in found)
    return all(isinstance(item, str) for item in found)
