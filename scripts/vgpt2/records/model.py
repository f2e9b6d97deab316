"""Training records: LLaMA-Factory's columns in one file, what the audit needs beside it, joined by `id`."""

from __future__ import annotations

from dataclasses import dataclass, field

from vgpt2.records.facts import Fact

# LLaMA-Factory's columns by the kind of a dataset; training files hold these and `id` only.
COLUMNS = {
    "sft": ("instruction", "input", "output", "system"),
    "dpo": ("instruction", "input", "chosen", "rejected", "system"),
    "kto": ("instruction", "input", "output", "kto_tag", "system"),
}


@dataclass(slots=True)
class Meta:
    """What the audit needs to know of a record (`*.meta.jsonl`); fields as in `synthesis.model.Example`.

    `proof`: rungs that the answer's SQL passed, of parses, resolves, rules, runs, rows. `defect`: the defect of a
    rejected side; `worse`: how it was proved worse (unparsed, unresolved, a rule's name, different_rows, false_refusal,
    invented). `gold`: the right SQL of an undesirable KTO row's question, so that the audit can prove it wrong again.
    `readings`: of a question that is asked back the queries of the two things that it may mean.
    """

    id: str
    kind: str
    intent: str
    polarity: str
    family: str
    wording: str
    objects: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    facts: list[dict] = field(default_factory=list)
    skeleton: str = ""
    twin: str = ""
    source: str = ""
    module: str = ""
    proof: list[str] = field(default_factory=list)
    defect: str = ""
    worse: str = ""
    gold: str = ""
    readings: list[str] = field(default_factory=list)

    def facts_list(self) -> list[Fact]:
        """The stated facts as objects."""
        return [Fact(**fact) for fact in self.facts]


@dataclass(slots=True)
class Record:
    """One row of a dataset with its meta; `row` has `id` and the columns of its dataset's kind, in their order."""

    row: dict
    meta: Meta

    @property
    def id(self) -> str:
        """The record's identity, unique in its dataset."""
        return self.row["id"]
