"""Read a database's sources into one catalog of what exists.

Tables, columns, keys, foreign keys, views with their columns, procedures, functions, triggers, descriptions,
documents, and every join that the sources prove.

**Reads** SOURCE: a VGPT2 folder, a folder of scripted SQL, one install script, a data-tier application (`.dacpac`),
or a live server (`mssql://server/database`; user and password from VGPT2_SQL_USER and VGPT2_SQL_PASSWORD); the
database's YAML (without `--database` that of a database known by its tables, else `generic.yaml`).
**Writes** catalog.json, and beside it catalog.cache.json, so that a second run reads only what has changed. Ends with
exit code 1 where more than 2 % of the tables or of the views could not be read; the catalog is then in
catalog.failed.json. With `--explain` and no `--output` nothing.

**Run as**

    python scripts/extract_catalog.py --source data/sample --database vista.yaml --output runs/R/catalog.json

    python scripts/extract_catalog.py --source data/sample --explain APTH
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import OUTPUT, click, closing_line, step

if TYPE_CHECKING:
    from vgpt2.catalog.build import Reading
    from vgpt2.catalog.model import Catalog, Unread

ANY = "generic.yaml"
MOST_UNREAD = 0.02
SHOWN = 20


@step(__doc__)
@click.option(
    "--source", required=True, help="VGPT2 folder, scripts, one .sql file, a .dacpac, or mssql://server/database"
)
@click.option("--scripts", type=click.Path(path_type=Path), help="scripts of the same database beside a VGPT2 folder")
@click.option(
    "--database", help="YAML of automation/configs/databases, by name or by path; else recognised by its tables"
)
@click.option("--by-tables", is_flag=True, help="--database is a guess: recognise it by its tables all the same")
@click.option("--database-name", default="", help="which database, where one folder has scripts of several (USE)")
@click.option("--allow-unread", is_flag=True, help="go on without more than 2 % of the tables or views")
@click.option("--explain", "name", help="print all that is known of one object, with its sources")
@click.option("--output", type=OUTPUT, help="file to write; --explain can do without")
def main(
    source: str,
    scripts: Path | None,
    database: str | None,
    by_tables: bool,
    database_name: str,
    allow_unread: bool,
    name: str | None,
    output: Path | None,
) -> None:
    """Thin: read, save, say."""
    # What is made here stays to the end: looking for garbage among a million objects takes a quarter of the time.
    gc.disable()
    from vgpt2.catalog.build import read
    from vgpt2.catalog.explain import explain
    from vgpt2.catalog.store import save
    from vgpt2.errors import GateError
    from vgpt2.settings import databases_known_by_tables, load_database

    if output is None and not name:
        raise click.UsageError("Missing option '--output' (only --explain can do without).")
    # Settings that are a guess hold for nothing: it is a database known by its tables, or any.
    named = "" if by_tables else database
    known = [] if named else databases_known_by_tables()
    settings = load_database(named or ANY)
    guess = load_database(database).name if database and not named else ""
    cache = output.with_suffix(".cache.json") if output else None
    reading = read(source, settings, scripts, cache, database_name, known, guess)
    catalog = reading.catalog
    tell(reading)
    if name:
        click.echo("\n".join(explain(catalog, name)))
    if output is None:
        return
    too_many = [] if allow_unread else unread_share(catalog)
    failed = output.with_suffix(".failed.json")
    save(catalog, failed if too_many else output)
    (output if too_many else failed).unlink(missing_ok=True)
    figures = ", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in catalog.counts().items())
    closing_line("catalog", f"{reading.form}: {figures} -> {failed if too_many else output}")
    if too_many:
        on = "go on with --allow-unread (make: ALLOW_UNREAD=1)"
        raise GateError(f"SOURCE={source}: {'; '.join(too_many)}; mend the files above, or {on}")


def unread_share(catalog: Catalog) -> list[str]:
    """A sentence for each kind of object of which too much is missing."""
    counts = catalog.counts()
    found = []
    for kind in ("table", "view"):
        lost = sum(item.object == kind for item in catalog.unread)
        # A view that was not understood is in the catalog all the same, without its columns.
        total = counts[f"{kind}s"] + (lost if kind == "table" else 0)
        if total and lost / total > MOST_UNREAD:
            found.append(
                f"{lost:,} of {total:,} {kind}s could not be read ({lost / total:.0%}, limit {MOST_UNREAD:.0%})"
            )
    return found


def tell(reading: Reading) -> None:
    """On the error stream: files that are not there, where two sources differ, what was not understood."""
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, highlight=False, markup=False)
    catalog = reading.catalog
    if reading.missing:
        click.echo(f"not there (optional): {', '.join(reading.missing)}", err=True)
    for note in reading.notes:
        click.echo(f"note: {note}", err=True)
    if catalog.differences:
        table = Table("object", "what", "VGPT2 folder", "scripts (taken)", box=None, pad_edge=False)
        for item in catalog.differences[:SHOWN]:
            table.add_row(item.name, item.what, item.folder, item.scripts)
        console.print(table)
        if len(catalog.differences) > SHOWN:
            console.print(f"... {len(catalog.differences) - SHOWN:,} more differences are in the catalog")
    if catalog.unread:
        table = Table("not understood", "times", "first seen in", "text", box=None, pad_edge=False)
        first: dict[str, list[Unread]] = {}
        for lost in catalog.unread:
            first.setdefault(lost.construct, []).append(lost)
        for construct, items in sorted(first.items(), key=lambda pair: -len(pair[1])):
            table.add_row(construct, f"{len(items):,}", f"{items[0].file}:{items[0].line}", items[0].text[:60])
        console.print(table)


if __name__ == "__main__":
    main()
