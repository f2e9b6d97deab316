"""Write a made-up schema as scripts, one object a file, to measure the reader on: by default of a large ERP's size.

**Reads** nothing.
**Writes** the folder `--output`; the same seed gives the same bytes.
**Run as** `python scripts/make_big_schema.py --output /tmp/big`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line


@click.command(help=__doc__)
@click.option("--output", required=True, type=FOLDER, help="folder to write")
@click.option("--tables", default=1500, show_default=True)
@click.option("--views", default=2200, show_default=True)
@click.option("--columns", default=25_000, show_default=True)
@click.option("--procedures", default=6500, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(output: Path, tables: int, views: int, columns: int, procedures: int, seed: int) -> None:
    from vgpt2.bench.big_schema import Size, write_schema

    total = write_schema(output, Size(tables, views, columns, procedures), seed)
    closing_line("make_big_schema", f"{total / 1e6:,.1f} MB -> {output}")


if __name__ == "__main__":
    main()
