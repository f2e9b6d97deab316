"""Read a database's sources into one catalog of what exists.

Tables, columns, keys, foreign keys, views with their columns, procedures, functions, triggers, descriptions,
documents, and every join that the sources prove.

**Reads** SOURCE: a VGPT2 folder, a folder of scripted SQL, or one install script; the database's YAML.
**Writes** catalog.json.

**Run as**

    python scripts/extract_catalog.py --source data/sample --database vista.yaml --output runs/R/catalog.json
"""

from __future__ import annotations

from pathlib import Path

import click

from vgpt2.cli import closing_line, output_option


def print_unread(unread: list) -> None:
    """What was not understood: a row a construct, with how often and where first."""
    from rich.console import Console
    from rich.table import Table

    table = Table("not understood", "times", "first seen in", "text", box=None, pad_edge=False)
    first: dict[str, list] = {}
    for item in unread:
        first.setdefault(item.construct, []).append(item)
    for construct, items in sorted(first.items(), key=lambda pair: -len(pair[1])):
        table.add_row(construct, f"{len(items):,}", f"{items[0].file}:{items[0].line}", items[0].text[:60])
    Console(stderr=True, highlight=False, markup=False).print(table)


@click.command(help=__doc__)
@click.option(
    "--source", required=True, type=click.Path(path_type=Path), help="VGPT2 folder, scripts, or one .sql file"
)
@click.option("--database", required=True, help="YAML of automation/configs/databases, by name or by path")
@output_option
def main(source: Path, database: str, output: Path) -> None:
    """Thin: read, save, say."""
    from vgpt2.catalog.build import read
    from vgpt2.catalog.store import save
    from vgpt2.settings import load_database

    reading = read(source, load_database(database))
    save(reading.catalog, output)
    if reading.missing:
        click.echo(f"not there (optional): {', '.join(reading.missing)}", err=True)
    if reading.catalog.unread:
        print_unread(reading.catalog.unread)
    counts = reading.catalog.counts()
    figures = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    closing_line("catalog", f"{reading.form}: {figures} -> {output}")


if __name__ == "__main__":
    main()
