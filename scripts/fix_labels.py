"""Turn the labels of a KTO dataset into the JSON booleans that LLaMA-Factory's loader takes.

Labels stand in `kto_tag` or `label` and may be booleans, "true"/"false", 0/1, "yes"/"no". A row without a usable label
goes to the rejects with a reason.

**Reads** a JSON array or a JSONL file of Alpaca-like rows.
**Writes** `--output` in the same form, and `<output>.rejects.jsonl` beside it when a row was rejected.

**Run as** `python scripts/fix_labels.py kto.json --output fixed/kto.json`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import EXISTING, click, closing_line, output_option


@click.command(help=__doc__)
@click.argument("file", type=EXISTING)
@output_option
def main(file: Path, output: Path) -> None:
    """Read, fix, write, count."""
    from vgpt2.errors import UserError
    from vgpt2.files import write_json, write_jsonl
    from vgpt2.records.fixes.foreign import Reject, read_items
    from vgpt2.records.fixes.labels import fix_labels

    if output.exists() and output.samefile(file):
        raise UserError(f"{output}: would overwrite the file that is mended; give another --output")
    items = list(read_items(file))
    readable = [item for item in items if isinstance(item.value, dict)]
    rejects = [
        Reject(item.where, "not_json" if item.problem else "not_an_object", item.problem or "not an object", item.value)
        for item in items
        if not isinstance(item.value, dict)
    ]
    fixed = fix_labels([item.value for item in readable])
    rejects += [Reject(readable[index].where, reason, message, row) for index, row, reason, message in fixed.rejects]
    if not fixed.rows:
        first = f"{rejects[0].where}: {rejects[0].message}" if rejects else "no row"
        raise UserError(f"{file}: none of {len(items)} rows has a usable label ({first}); KTO rows need 'kto_tag'")
    if items[0].line:
        write_jsonl(output, fixed.rows)
    else:
        write_json(output, fixed.rows)
    where = output.with_suffix(".rejects.jsonl")
    if rejects:
        write_jsonl(where, (reject.to_json() for reject in rejects))
    else:
        where.unlink(missing_ok=True)
    counts = ", ".join(f"{name} {number:,}" for name, number in sorted(fixed.counts.items()))
    told = f"{counts}; they are in {where}" if rejects else counts
    text = f"{len(items):,} in, {len(fixed.rows):,} kept, {len(rejects):,} rejected ({told})"
    closing_line("fix_labels", f"{text} -> {output}")


if __name__ == "__main__":
    main()
