"""What a new state of the database means for an earlier run: its catalog against today's, its records, its model.

Lists the tables, columns, keys, joins, routines and words that came, went or changed. What names them in the earlier
run is proved again on the new catalog: records of its datasets, questions of its exam, hints of the database's
settings, and with --log the answers that users were served. Its exported model, where it has one, is asked the
questions that still hold and name what changed, with the new schema. The last line says what to train again, and why.

**Reads** BEFORE, the catalog of the earlier run (its datasets, suite and export lie beside it), the new catalog, and
with --log what serve.py kept.
**Writes** the differences and what they touch (JSON), and beside it the touched questions and the exam of these.
**Run as** `python scripts/diff_catalogs.py runs/may/catalog.json --catalog runs/june/catalog.json
--output runs/june/diff/diff.json`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import EXISTING, catalog_option, click, closing_line, options, output_option, step


@step(__doc__)
@options(
    click.argument("before", type=EXISTING),
    catalog_option,
    output_option,
    click.option("--log", type=EXISTING, help="what serve.py --log kept of the earlier run"),
    click.option("--no-exam", is_flag=True, help="do not ask the earlier run's model"),
)
def main(before: Path, catalog: Path, output: Path, log: Path | None, no_exam: bool) -> None:
    from vgpt2.catalog.changes import changes
    from vgpt2.catalog.store import load
    from vgpt2.exam.model import read_suite
    from vgpt2.exam.moved.again import ask_again
    from vgpt2.exam.moved.report import advice, as_json, show
    from vgpt2.exam.moved.touched import Moves, Said, lost_hints
    from vgpt2.files import write_json
    from vgpt2.serving.use.mask import readable
    from vgpt2.serving.use.reading import read_log, tell

    run = before.parent
    old, new = load(before), load(catalog)
    served = read_log(log, old.database.name) if log else None
    found = changes(old, new)
    moves = Moves(old, new, found)
    records = moves.records(run / "data")
    suite = run / "suite" / "full.jsonl"
    questions = read_suite(suite) if suite.exists() else []
    moved = moves.questions(questions)
    answers = None
    if served:
        tell(served)
        entries = served.entries
        said = (Said(entry.id, entry.question, readable(entry.sql), entry.answer) for entry in entries)
        answers = len(entries), moves.answers(said)
    asked = None if no_exam else ask_again(run, (old, new), questions, moved, output.parent)
    result = as_json(found, records, (len(questions), moved), lost_hints(old, new), asked, answers)
    write_json(output, result)
    show(result)
    closing_line("diff", f"{advice(result)} -> {output}")


if __name__ == "__main__":
    main()
