"""Audit datasets, our own and anyone's: Alpaca, ShareGPT, DPO or KTO, as JSON or JSONL.

**Reads** the files (with their meta where they have one), the catalog, and where given the suite, what it holds out,
the DPO data to compare with, and the run's settings (without them the limits of the default profile hold, a file may be
of any size, and rows need no meta).
**Writes** `--report`: `ok`, `rules` (`rule, figure, limit, ok, examples`), `records` (only those with findings), and
with a teacher how many of its rewordings were taken (`teacher`);
`<name>.failed.json` instead where a rule is broken.

Ends with exit code 1 and a sentence for each failed rule, 2 where a file cannot be read.

**Run as** `python scripts/validate_data.py data/dpo.jsonl --catalog catalog.json --report audit/dpo.json`
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import EXISTING, OUTPUT, catalog_option, click, closing_line, details, held_out_option, options, step

if TYPE_CHECKING:
    from vgpt2.audit.audit import Report
    from vgpt2.audit.model import Context


@step(__doc__)
@click.argument("files", nargs=-1, required=True, type=EXISTING)
@click.option("--report", required=True, type=OUTPUT, help="JSON report to write")
@click.option("--suite", type=EXISTING, help="a suite's JSONL; training must share no question with it")
@click.option("--against", type=EXISTING, help="the DPO data, with which KTO must share no question")
@click.option("--settings", type=EXISTING, help="settings.json of the run: its limits and counts")
@click.option("--taught", type=OUTPUT, help="what of a teacher's words was taken (teacher.json), where there was one")
@click.option("--stage", type=click.Choice(["sft", "dpo", "kto"]), help="what the files are for; else told from them")
@options(catalog_option, held_out_option)
@click.pass_context
def main(
    context: click.Context,
    files: tuple[Path, ...],
    catalog: Path,
    report: Path,
    suite: Path | None,
    against: Path | None,
    settings: Path | None,
    held_out: Path | None,
    taught: Path | None,
    stage: str | None,
) -> None:
    """Load, audit, write, tell."""
    from vgpt2.audit.audit import audit, load_rows
    from vgpt2.audit.taught import read_taught
    from vgpt2.verdict import write_verdict

    audit_context = _context(catalog, suite, settings, held_out)
    rows, broken = [], []
    for file in files:
        found, faults = load_rows(file, stage)
        rows += found
        broken += faults
    others = load_rows(against)[0] if against else []
    result = audit(rows, audit_context, broken, others)
    if taught and taught.exists():
        result.teacher = read_taught(taught)
    written = write_verdict(report, result.ok, result.to_json())
    if details() or not result.ok:
        _table(result)
    passed = sum(rule.ok for rule in result.rules)
    closing_line(
        "validate_data", f"{len(rows) + len(broken):,} rows, {passed} of {len(result.rules)} rules hold -> {written}"
    )
    for rule in result.rules:
        if not rule.ok:
            click.echo(f"error: audit: {rule.sentence()}", err=True)
    if not result.ok:
        context.exit(1)


def _context(catalog: Path, suite: Path | None, settings: Path | None, held_out: Path | None) -> Context:
    from vgpt2.audit.model import Context
    from vgpt2.catalog import store
    from vgpt2.files import read_json, read_jsonl
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.proof import Prover
    from vgpt2.records.sql_mix import wanted_mix
    from vgpt2.records.text import normalise
    from vgpt2.settings import CONFIGS, AuditSettings, load_settings, read_yaml

    floors: dict[str, int] = {}
    mix: dict[str, float] = {}
    sql_mix: dict[str, float] = {}
    if settings:
        run = load_settings(settings)
        limits, seed = run.profile.audit, run.seed
        floors, mix = dict(limits.floors.items()), dict(run.profile.data.mix.items())
    else:
        defaults = read_yaml(CONFIGS / "profiles" / "_defaults.yaml")
        limits, seed = AuditSettings.model_validate(defaults["audit"]), defaults["seed"]
    prover = Prover(store.load(catalog), seed)
    if settings:
        sql_mix = wanted_mix(prover.catalog, run.profile.data)
    questions = [normalise(str(row.get("question", ""))) for row in read_jsonl(suite)] if suite else []
    return Context(
        prover=prover,
        limits=limits,
        floors=floors,
        held_out=HeldOut.from_json(read_json(held_out), where=str(held_out)) if held_out else HeldOut(),
        suite=frozenset(filter(None, questions)),
        meta_needed=settings is not None,
        mix=mix,
        sql_mix=sql_mix,
        data=run.profile.data if settings else None,
    )


def _table(result: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("rule", "figure", "limit", "ok", "note", title="audit", box=None)
    for rule in result.rules:
        limit = "" if rule.limit is None else f"{rule.limit:,}"
        table.add_row(rule.rule, f"{rule.figure:,}", limit, "yes" if rule.ok else "NO", rule.note)
    Console().print(table)


if __name__ == "__main__":
    main()
