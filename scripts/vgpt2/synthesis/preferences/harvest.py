"""Harvested preference records: a trained model's own answers, graded, in the columns of DPO or KTO."""

from __future__ import annotations

from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.files import digest, read_json, read_jsonl
from vgpt2.model_folder import fingerprint
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.fixes.foreign import foreign_meta
from vgpt2.records.model import COLUMNS, Record
from vgpt2.records.proof import Prover
from vgpt2.records.store import meta_path, read_metas


def about_path(path: Path) -> Path:
    """`harvest_dpo.jsonl` has beside it, in `harvest_dpo.json`, whose answers it is of and what became of them."""
    return path.with_suffix(".json")


def check_model(path: Path, folder: str) -> None:
    """Raises: UserError: the harvest at `path` is not of the model in `folder`, or does not say whose it is."""
    about = about_path(path)
    found = read_json(about)
    if not isinstance(found, dict) or "fingerprint" not in found:
        raise UserError(f"{about}: does not say whose answers these are; run harvest_answers.py again")
    if found["fingerprint"] != digest([fingerprint(folder)]):
        other = found.get("model")
        which = f"of {other}, not of {folder}" if other != folder else f"of {folder} as it was before"
        raise UserError(f"{path}: a harvest {which}; run harvest_answers.py again")


def read_harvest(path: str | Path, stage: str, prover: Prover) -> list[Record]:
    """The records of a harvest that prove out: right answers resolve, the others are proved worse.

    Args:
        stage: dpo or kto; rows of the other one in the same file are left out.

    Raises:
        UserError: the file is missing or broken, or a row lacks a field.
    """
    path = Path(path)
    metas = read_metas(path) if meta_path(path).exists() else {}
    records = []
    for number, row in enumerate(read_jsonl(path), 1):
        if ("chosen" in row) != (stage == "dpo"):
            continue
        missing = next((name for name in COLUMNS[stage] if name not in row), "")
        if missing:
            raise UserError(f"{path}:{number}: no field '{missing}'; a harvest has {', '.join(COLUMNS[stage])}")
        good = row["chosen"] if stage == "dpo" else row["output"] if row["kto_tag"] else ""
        bad = row["rejected"] if stage == "dpo" else "" if row["kto_tag"] else row["output"]
        values = {name: row[name] for name in COLUMNS[stage]}
        meta = metas.get(row.get("id", "")) or foreign_meta(
            row["instruction"], "", good or bad, f"harvest-{digest(values)}"
        )
        resolves = all(prover.verdict(sql).clean for sql in find_sql(good)) and not prover.false_denials(good)
        # as the audit proves it
        absent = tuple(fact.subject for fact in meta.facts_list() if fact.claim == "missing")
        worse = prover.worse(bad, good, meta.gold, absent, meta.defect == "wrong_order") if bad else ""
        if resolves and (worse or not bad):
            meta.worse, meta.defect, meta.source = worse, meta.defect or ("harvested" if bad else ""), "harvest"
            records.append(Record({"id": meta.id, **values}, meta))
    return records
