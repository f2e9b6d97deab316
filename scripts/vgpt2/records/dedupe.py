"""Exact and near duplicates, further wordings of a family, and what the suite holds out."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.near import near_duplicates, query_key
from vgpt2.records.text import normalise


def question_key(record: Record) -> str:
    """What makes two records the same question: the normalised instruction, whatever schema stands in `input`.

    A foreign record may have its question in `input`, so there both count.
    """
    text = record.row["instruction"]
    if record.meta.kind == "foreign":
        text = f"{text} {record.row.get('input', '')}"
    return normalise(text)


def asked_query(record: Record) -> str:
    """The query of a question to SQL, literals apart; '' for what may have the query of another: refusals,
    corrections, rejected sides and what others made."""
    meta = record.meta
    return query_key(meta.kind, meta.skeleton, meta.objects) if meta.kind == "sql" and not meta.defect else ""


def whole_text(record: Record) -> str:
    """What near duplicates are judged by: question and answers, whatever schema stands in `input`."""
    row = record.row
    parts = [row["instruction"], *(row.get(name, "") for name in ("output", "chosen", "rejected"))]
    if record.meta.kind == "foreign":
        parts.append(row.get("input", ""))
    return " ".join(map(str, parts))


def held_out_reason(record: Record, held_out: HeldOut) -> str:
    """Why a record belongs to the suite: held_out_question, _family, _wording or _pair; else an empty string."""
    meta = record.meta
    if meta.twin and meta.twin in held_out.families:
        return "held_out_family"
    reason = held_out.reason(record.row["instruction"], meta.family, meta.wording, meta.tables)
    return f"held_out_{reason}" if reason else ""


def dedupe(records: Sequence[Record], held_out: HeldOut | None = None) -> tuple[list[Record], list[tuple[Record, str]]]:
    """(kept, dropped with a reason); order is kept.

    Of the same question (`exact`), of the same family (`family`), of queries that differ in literals only (`skeleton`)
    and of near duplicates (`near`) the better proved record stays, the first of equals. A refusal and its twin stay or
    go together (`twin_lost`), so that neither side outweighs the other.
    """
    held_out = held_out or HeldOut()
    dropped: dict[str, str] = {}
    for record in records:
        reason = held_out_reason(record, held_out)
        if reason:
            dropped[record.id] = reason
    keys = (("exact", question_key), ("family", lambda record: record.meta.family), ("skeleton", asked_query))
    for reason, key in keys:
        best: dict[str, Record] = {}
        for record in records:
            name = key(record)
            if record.id in dropped or not name:
                continue
            rival = best.setdefault(name, record)
            if rival is record:
                continue
            loser = _worse_proved(rival, record)
            best[name] = rival if loser is record else record
            dropped[loser.id] = reason
    left = [record for record in records if record.id not in dropped]
    for earlier, later in near_duplicates([whole_text(record) for record in left]):
        pair = left[earlier], left[later]
        if not any(record.id in dropped for record in pair):
            dropped[_worse_proved(*pair).id] = "near"
    families = {record.meta.family for record in records}
    left_families = {record.meta.family for record in records if record.id not in dropped}
    for record in records:
        twin = record.meta.twin
        if twin and record.id not in dropped and twin in families and twin not in left_families:
            dropped[record.id] = "twin_lost"
    kept = [record for record in records if record.id not in dropped]
    return kept, [(record, dropped[record.id]) for record in records if record.id in dropped]


def _worse_proved(first: Record, second: Record) -> Record:
    return second if len(second.meta.proof) <= len(first.meta.proof) else first
