"""What the audit works on and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vgpt2.audit.artefacts import RuleRow
from vgpt2.records.fixes.labels import as_boolean
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Meta
from vgpt2.records.proof import Prover
from vgpt2.settings import AuditSettings, DataSettings

HARVEST = "harvest"  # the source of a model's own answers
LEAST = 20  # below so many rows a share says nothing


@dataclass(slots=True)
class Row:
    """One record under audit. `meta` is None where the file came without; `line` is 0 in a JSON file.

    `loading`: what LLaMA-Factory's loader does with it otherwise than it reads, as (rule, message)."""

    file: str
    index: int
    line: int
    row: dict
    stage: str
    meta: Meta | None = None
    loading: tuple[tuple[str, str], ...] = ()

    @property
    def where(self) -> str:
        """`kto.jsonl:7`, or of a JSON array `kto.json[7]`, counted from 1 too."""
        return f"{self.file}:{self.line}" if self.line else f"{self.file}[{self.index + 1}]"

    @property
    def own(self) -> Meta | None:
        """The meta of a row that this pipeline made (a user's own rows are merged with kind `foreign`)."""
        return self.meta if self.meta is not None and self.meta.kind != "foreign" else None

    @property
    def ours(self) -> bool:
        """Whether this pipeline made it."""
        return self.own is not None

    @property
    def harvested(self) -> bool:
        """Whether the answer is a trained model's own (`harvest_answers.py`)."""
        return self.meta is not None and self.meta.source == HARVEST

    @property
    def label(self) -> bool | None:
        """The KTO label, whatever its type; None where there is none."""
        return as_boolean(self.row.get("kto_tag", self.row.get("label")))

    def text(self, name: str) -> str:
        """A column as text; empty where it is missing or no text."""
        value = self.row.get(name)
        return value if isinstance(value, str) else ""

    @property
    def question(self) -> str:
        """The question: the instruction, and for rows not of ours its input too."""
        return self.text("instruction") if self.ours else f"{self.text('instruction')} {self.text('input')}"

    @property
    def good(self) -> str:
        """The answer that training makes more likely; empty for an undesirable KTO row."""
        if self.stage == "dpo":
            return self.text("chosen")
        return "" if self.stage == "kto" and self.label is False else self.text("output")

    @property
    def bad(self) -> str:
        """The answer that training makes less likely; empty where there is none."""
        if self.stage == "dpo":
            return self.text("rejected")
        return self.text("output") if self.stage == "kto" and self.label is False else ""


@dataclass(slots=True, frozen=True)
class Finding:
    """Something wrong with one record."""

    rule: str
    message: str


@dataclass(slots=True)
class RuleResult:
    """One line of the audit. `limit` None: the figure binds nobody. `note` says why a rule was not judged."""

    rule: str
    figure: float
    limit: float | None
    ok: bool
    examples: list[str] = field(default_factory=list)
    note: str = ""

    def to_json(self) -> RuleRow:
        """As the report holds it."""
        value: RuleRow = {
            "rule": self.rule,
            "figure": self.figure,
            "limit": self.limit,
            "ok": self.ok,
            "examples": self.examples,
        }
        if self.note:
            value["note"] = self.note
        return value

    def sentence(self) -> str:
        """`rule label_type: 12 found, limit 0; e.g. ...`."""
        examples = "; ".join(self.examples) or "none to show"
        return f"rule '{self.rule}' failed: found {_number(self.figure)}, limit {_number(self.limit)}; e.g. {examples}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.3g}" if isinstance(value, float) else f"{value:,}"


def share(
    rule: str, figure: float, limit: float, n: int, examples: list[str], at_least: bool = False, least: int = LEAST
) -> RuleResult:
    """A share of `n` rows against its limit; not judged below `least` rows. The first three examples are kept."""
    figure = round(figure, 4)
    if n < least:
        return RuleResult(rule, figure, limit, True, [], f"too few: {n} rows, needs {least}")
    ok = figure >= limit if at_least else figure <= limit
    return RuleResult(rule, figure, limit, ok, [] if ok else examples[:3])


@dataclass(slots=True)
class Context:
    """What the rules look things up in.

    `floors` is empty where no settings were given: a foreign file may be of any size. `suite` holds the normalised
    questions of the exam. `against`: rows that are only compared with, no rule is put to them. `meta_needed`: the rows
    are this pipeline's, so one without meta is a finding. `mix`: shares by kind that the profile asks for; `sql_mix`:
    shares by trait of their queries (`records/sql_mix.py`); `data`: what the profile says of records, if any.
    """

    prover: Prover
    limits: AuditSettings
    floors: dict[str, int] = field(default_factory=dict)
    held_out: HeldOut = field(default_factory=HeldOut)
    suite: frozenset[str] = frozenset()
    against: Sequence[Row] = ()
    meta_needed: bool = False
    mix: dict[str, float] = field(default_factory=dict)
    sql_mix: dict[str, float] = field(default_factory=dict)
    data: DataSettings | None = None

    def by_stage(self, rows: Sequence[Row], stage: str) -> list[Row]:
        """The rows of one kind of dataset."""
        return [row for row in rows if row.stage == stage]
