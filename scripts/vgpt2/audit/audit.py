"""The audit: read datasets of any maker, put every rule to them, and report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from vgpt2.audit.artefacts import AuditReport, RecordRow, Taught
from vgpt2.audit.loading import as_loaded
from vgpt2.audit.model import Context, Finding, Row, RuleResult
from vgpt2.audit.record_rules import RECORD_RULES, RULE_NAMES, TOLD
from vgpt2.audit.rules import SET_RULES
from vgpt2.errors import UserError
from vgpt2.inference.progress import shown
from vgpt2.records.fixes.foreign import Item, as_columns, read_items
from vgpt2.records.model import Meta
from vgpt2.records.store import meta_path, read_metas

# What other makers call LLaMA-Factory's columns (its dataset_info.json can map them).
ALIASES = {"prompt": "instruction", "question": "instruction", "response": "output", "completion": "output"}


@dataclass(slots=True)
class Report:
    """What an audit found; `records` only holds those with findings."""

    rules: list[RuleResult] = field(default_factory=list)
    records: list[tuple[Row, list[Finding]]] = field(default_factory=list)
    rows: int = 0
    figures: dict[str, dict[str, int]] = field(default_factory=dict)
    teacher: Taught | None = None

    @property
    def ok(self) -> bool:
        """Whether every rule holds."""
        return all(rule.ok for rule in self.rules)

    def to_json(self) -> AuditReport:
        """`ok`, `rows`, `rules`, `records`, and `figures`: counts of the rows by what they are."""
        records: list[RecordRow] = [
            {
                "file": row.file,
                "index": row.index,
                "findings": [{"rule": finding.rule, "message": finding.message} for finding in findings],
            }
            for row, findings in self.records
        ]
        rules = [rule.to_json() for rule in self.rules]
        report: AuditReport = {
            "ok": self.ok,
            "rows": self.rows,
            "rules": rules,
            "records": records,
            "figures": self.figures,
        }
        if self.teacher:
            report["teacher"] = self.teacher
        return report


def load_rows(path: str | Path, stage: str | None = None) -> tuple[list[Row], list[tuple[Row, Finding]]]:
    """The rows of one file, and findings for what is no record.

    Args:
        stage: sft, dpo or kto; by default told from the columns of most rows.

    Raises:
        UserError: the file cannot be read, or holds no record at all.
    """
    path = Path(path)
    items = list(read_items(path))
    objects = [item for item in items if not item.problem and isinstance(item.value, dict)]
    if not objects:
        raise UserError(f"{path}: no JSON object in it; expected records with instruction and output")
    stage = stage or _stage(objects)
    metas: dict[str, Meta] = {}
    if meta_path(path).exists():
        metas = read_metas(path)
    rows, broken = [], []
    loading = as_loaded([item.value for item in objects], stage)
    for item in items:
        if item.problem or not isinstance(item.value, dict):
            message = item.problem or f"{type(item.value).__name__} where an object was expected"
            broken.append((Row(item.file, item.index, item.line, {}, stage), Finding("fields", message)))
            continue
        identity = item.value.get("id")  # any JSON value in the files of others
        meta = metas.get(identity) if isinstance(identity, str) else None
        value, said = (item.value, ()) if meta else (_renamed(item.value), tuple(loading(item.value, item.index + 1)))
        rows.append(Row(item.file, item.index, item.line, value, stage, meta, said))
    return rows, broken


def _stage(items: Sequence[Item]) -> str:
    kinds = Counter(
        "dpo" if "chosen" in row or "rejected" in row else "kto" if "kto_tag" in row or "label" in row else "sft"
        for row in (item.value for item in items)
    )
    return kinds.most_common(1)[0][0]


def _renamed(row: dict) -> dict:
    row = as_columns(row)
    return {
        (ALIASES[name] if name in ALIASES and ALIASES[name] not in row else name): value for name, value in row.items()
    }


def figures(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """How many rows there are of each stage, kind, intent, module, polarity, defect, proof of a defect, and label; with
    a model's own answers among them, of each origin (`own`, `synthetic`)."""
    counts: dict[str, Counter] = {}
    mixed = any(row.harvested for row in rows)
    for row in rows:
        values = {"stage": row.stage, "label": "" if row.label is None else str(row.label).lower()}
        if row.meta is not None:
            if mixed:
                values["origin"] = "own" if row.harvested else "synthetic"
            names = ("kind", "intent", "module", "polarity", "defect", "worse")
            values |= {name: getattr(row.meta, name) for name in names}
        for name, value in values.items():
            if value:
                counts.setdefault(name, Counter())[value] += 1
    return {name: dict(sorted(count.items())) for name, count in counts.items()}


def audit(
    rows: Sequence[Row],
    context: Context,
    broken: Iterable[tuple[Row, Finding]] = (),
    against: Sequence[Row] = (),
) -> Report:
    """Put every rule to the rows.

    Args:
        broken: findings of `load_rows` for what is no record.
        against: rows of another dataset to compare with (`preferences_apart`); no rule is put to them.
    """
    if against:
        context = replace(context, against=against)
    report = Report(rows=len(rows), figures=figures(rows))
    found: dict[str, list[tuple[Row, Finding]]] = {name: [] for name in RULE_NAMES}
    for row, finding in broken:
        found[finding.rule].append((row, finding))
        report.records.append((row, [finding]))
    for row in shown(rows, len(rows), "rows", unit="rows"):
        findings = [finding for rule in RECORD_RULES for finding in rule(row, context)]
        for finding in findings:
            found[finding.rule].append((row, finding))
        if findings:
            report.records.append((row, findings))
    for name, hits in found.items():
        examples = [f"{row.where}: {finding.message}" for row, finding in islice(hits, context.limits.max_examples)]
        records = len({(row.file, row.index) for row, _ in hits})
        told = name in TOLD
        report.rules.append(RuleResult(name, records, None if told else 0, told or not hits, examples))
    for rule in SET_RULES:
        result = rule(rows, context)
        report.rules += result if isinstance(result, list) else [result] if result else []
    return report
