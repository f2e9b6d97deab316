"""Mend the SQL of a dataset where that can be proved, and drop the records where it cannot.

Mended are names in the wrong case, aliases, base tables read instead of their views, a missing WITH (NOLOCK), and `Co`
for the module's company column: each as far as the database's house rules ask for it. A mended query is clean, and
gives the rows that the original gives where both can be run. Rejected and undesirable answers are left alone.

**Reads** a JSON or JSONL file of Alpaca, DPO or KTO records, made by anyone; the catalog.
**Writes** `--output` in the same form, and `<output>.rejects.jsonl` beside it when a record was rejected.

**Run as** `python scripts/fix_sql.py mine.json --catalog runs/R/catalog.json --output fixed/mine.json`
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from vgpt2.cli import EXISTING, catalog_option, click, closing_line, options, output_option


@click.command(help=__doc__)
@click.argument("file", type=EXISTING)
@options(catalog_option, output_option)
def main(file: Path, catalog: Path, output: Path) -> None:
    """Read, mend, write, count."""
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.files import write_json, write_jsonl
    from vgpt2.records.fixes.foreign import Reject, read_items
    from vgpt2.records.fixes.sql_fixes import SqlFixer
    from vgpt2.records.proof import Prover

    if output.exists() and output.samefile(file):
        raise UserError(f"{output}: would overwrite the file that is mended; give another --output")
    known = load(catalog)
    prover = Prover(known)

    def same_rows(first: str, second: str) -> bool | None:
        differ = prover.different_rows(first, second)
        return None if differ is None else not differ

    fixer = SqlFixer(known, same_rows)
    items = list(read_items(file))
    kept, rejects, changed = [], [], 0
    for item in items:
        if not isinstance(item.value, dict):
            rejects.append(Reject(item.where, "not_json", item.problem or "not an object", item.value))
            continue
        row, reason, message = fixer.fix(item.value)
        if reason:
            rejects.append(Reject(item.where, reason, f"{item.where}: {message}", item.value))
        else:
            kept.append(row)
            changed += row != item.value
    if not kept:
        raise UserError(f"{file}: none of {len(items):,} records could be kept ({rejects[0].message})")
    (write_jsonl if items[0].line else write_json)(output, kept)
    where = output.with_suffix(".rejects.jsonl")
    if rejects:
        write_jsonl(where, (reject.to_json() for reject in rejects))
    else:
        where.unlink(missing_ok=True)
    mended = ", ".join(f"{rule} {count:,}" for rule, count in fixer.counts.most_common())
    reasons = ", ".join(f"{name} {count:,}" for name, count in Counter(item.reason for item in rejects).most_common())
    text = f"{len(items):,} in, {len(kept):,} kept, {changed:,} of them mended{f' ({mended})' if mended else ''}, "
    closing_line(
        "fix_sql",
        f"{text}{len(rejects):,} rejected{f' ({reasons}; they are in {where})' if reasons else ''} -> {output}",
    )


if __name__ == "__main__":
    main()
