"""What a record is judged by beside the others of its set: small enough to be held for a million of them."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from vgpt2.files import fingerprint
from vgpt2.records.dedupe.near import query_key
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.text import normalise


@dataclass(slots=True, frozen=True)
class Traits:
    """What stays of a record.

    question: the fingerprint of the normalised question. query: the same for records that ask for one query, literals
    apart, or ''. proofs: how many rungs it passed. held_out: why it belongs to the suite (held_out_question, _family,
    _wording or _pair), or ''. label: that of a KTO row.
    """

    question: bytes
    family: str
    twin: str
    query: str
    proofs: int
    held_out: str
    kind: str
    label: bool | None
    stratum: str

    @classmethod
    def of(cls, record: Record, held_out: HeldOut | None = None) -> Traits:
        """The traits of a record, which is not needed any more."""
        meta = record.meta
        return cls(
            question=fingerprint(_question(record)),
            family=meta.family or record.id,
            twin=meta.twin,
            query=_query(record),
            proofs=len(meta.proof),
            held_out=_held_out(record, held_out) if held_out else "",
            kind=sys.intern(meta.kind),
            label=record.row.get("kto_tag"),
            stratum=sys.intern(stratum(record)),
        )


def stratum(record: Record) -> str:
    """Records of one stratum are alike: the same kind and polarity, in KTO the same label."""
    return f"{record.row.get('kto_tag', '')}/{record.meta.kind}/{record.meta.polarity}"


def whole_text(row: dict, kind: str) -> str:
    """What near duplicates are judged by: question and answers, whatever schema stands in `input`."""
    parts = [row["instruction"], *(row.get(name, "") for name in ("output", "chosen", "rejected"))]
    if kind == "foreign":
        parts.append(row.get("input", ""))
    return " ".join(map(str, parts))


def _question(record: Record) -> str:
    """The normalised instruction, whatever schema stands in `input`; a foreign record may have its question there."""
    text = record.row["instruction"]
    if record.meta.kind == "foreign":
        text = f"{text} {record.row.get('input', '')}"
    return normalise(text)


def _query(record: Record) -> str:
    """'' for what may have the query of another: refusals, corrections, rejected sides and what others made."""
    meta = record.meta
    return query_key(meta.kind, meta.skeleton, meta.objects) if meta.kind == "sql" and not meta.defect else ""


def _held_out(record: Record, held_out: HeldOut) -> str:
    meta = record.meta
    if meta.twin and meta.twin in held_out.families:
        return "held_out_family"
    reason = held_out.reason(record.row["instruction"], meta.family, meta.wording, meta.tables)
    return f"held_out_{reason}" if reason else ""
