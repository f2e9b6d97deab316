"""What the synthesis makes: one example is a question with its answer and all that is needed to prove it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vgpt2.errors import UserError


@dataclass(slots=True, frozen=True)
class Fact:
    """A stated fact that the audit looks up in the catalog.

    `claim`: `exists` or `missing` of a table (`subject` "APTH") or column ("APTH.Vendor"); `key`, `type`, `module`,
    `columns`, `joins` and others (`synthesis.facts.CLAIMS`) with `value` as the answer states it.
    """

    claim: str
    subject: str
    value: str = ""


@dataclass(slots=True, frozen=True)
class Example:
    """A question with its proved answer, before it becomes a record.

    `kind`: sql, schema, document, correction or negative. `intent`: what is asked (list, group_sum, table_key,
    invented_table, ...). `polarity`: answer or refuse. `tables`: qualified names whose schema a prompt must show.
    `objects`: qualified tables and columns that the answer names. `family`: one question in all its wordings.
    `wording`: `intent/number` of the template. `twin`: the family of its twin (same wording, other polarity).
    `ordered`: the order of the rows is part of the answer.
    """

    kind: str
    intent: str
    question: str
    answer: str
    family: str
    wording: str
    polarity: str = "answer"
    sql: str = ""
    tables: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    twin: str = ""
    ordered: bool = False
    source: str = ""
    module: str = ""
    slots: dict = field(default_factory=dict)

    def with_(self, **changes) -> Example:
        """A copy with other values."""
        return replace(self, **changes)


@dataclass(slots=True, frozen=True)
class HeldOut:
    """What the suite keeps for itself: joined table pairs (qualified, sorted), question families, wordings."""

    pairs: frozenset[tuple[str, str]] = frozenset()
    families: frozenset[str] = frozenset()
    wordings: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()  # normalised texts of the suite's questions

    def holds(self, example: Example) -> bool:
        """Whether training must leave this example alone."""
        from itertools import combinations

        return (
            example.family in self.families
            or example.wording in self.wordings
            or any(pair in self.pairs for pair in combinations(sorted(set(example.tables)), 2))
        )

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
            texts = [text for item in found for text in _pair(item)] if name == "pairs" and _is_list(found) else found
            if not _is_list(texts) or not all(isinstance(text, str) for text in texts):
                raise UserError(
                    f"{where}: '{name}' is no list of {'two tables each' if name == 'pairs' else 'texts'}; "
                    "make the suite again (build_suite.py)"
                )
        return cls(frozenset(map(tuple, value["pairs"])), *(frozenset(value[name]) for name in names[1:]))


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _pair(item: object) -> list:
    """The two names of a pair; of anything else one thing that is no text."""
    return item if isinstance(item, list) and len(item) == 2 else [None]
