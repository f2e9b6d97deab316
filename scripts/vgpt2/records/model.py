"""Training records: LLaMA-Factory's columns in one file, what the audit needs beside it, joined by `id`."""

from __future__ import annotations

from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path

from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import read_jsonl, write_jsonl
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


def meta_path(path: str | Path) -> Path:
    """`sft.jsonl` has its meta in `sft.meta.jsonl`."""
    return Path(path).with_suffix(".meta.jsonl")


def write_records(path: str | Path, records: list[Record]) -> None:
    """Write the rows to `path` and their meta beside it; the rows last, so that they are never without meta."""
    write_jsonl(meta_path(path), (asdict(record.meta) for record in records))
    write_jsonl(path, (record.row for record in records))


def read_records(path: str | Path, stage: str = "") -> list[Record]:
    """Rows and meta of a dataset of ours.

    Args:
        stage: sft, dpo or kto; by default told from each row's columns.

    Raises:
        UserError: a file is missing or broken, a row lacks a column or has no meta.
    """
    metas = read_metas(path)
    rows = read_jsonl(path)
    for number, row in enumerate(rows, 1):
        where = f"{path}:{number}"
        for name in ("id", *COLUMNS[stage or _stage(row)]):
            _check_column(where, row, name)
        if row["id"] not in metas:
            raise UserError(f"{where}: no line in {meta_path(path).name} for id {row['id']!r}")
    return [Record(row, metas[row["id"]]) for row in rows]


def read_metas(path: str | Path) -> dict[str, Meta]:
    """The meta of the dataset `path`, by id.

    Raises:
        UserError: the meta file is missing or broken, or a line lacks a field or has one that is not known.
    """
    file = meta_path(path)
    known = {item.name: item.default is MISSING and item.default_factory is MISSING for item in fields(Meta)}
    metas: dict[str, Meta] = {}
    for number, value in enumerate(read_jsonl(file), 1):
        where = f"{file}:{number}"
        if lost := next((name for name, needed in known.items() if needed and name not in value), ""):
            raise UserError(f"{where}: no field '{lost}'; make the dataset again")
        if odd := next((name for name in value if name not in known), ""):
            raise UserError(f"{where}: unknown field '{odd}'{did_you_mean(odd, known)}; make the dataset again")
        _check_column(where, value, "id")
        metas[value["id"]] = Meta(**value)
    return metas


def _check_column(where: str, row: dict, name: str) -> None:
    if name not in row:
        raise UserError(f"{where}: no field '{name}'; mend the line or make the dataset again")
    kind, said = (bool, "true or false") if name == "kto_tag" else (str, "a text")
    if not isinstance(row[name], kind):
        found = type(row[name]).__name__
        raise UserError(f"{where}: field '{name}' is {found} where {said} was expected; mend the line")


def _stage(row: dict) -> str:
    if "chosen" in row or "rejected" in row:
        return "dpo"
    return "kto" if "kto_tag" in row else "sft"
