"""Review what users asked: from a log of serve to what a new run can learn from it.

Without --take the log is read, and what wants a look is written to --review: answers that were not proved, answers that
users marked wrong, and questions in words that the catalog does not know. Fill in the right SQL (`sql`) and what the
words mean (`words`), then call it with --take: each query is checked and run on made rows, and becomes a training row
for EXTRA or a curated question for the exam, never both; the words stand beside those of the database's YAML.

**Reads** LOG, the catalog, with --take the review. **Writes** the review, or with --take extra/answers.json,
questions.json and also_called.yaml below the folder. **Run as**

    python scripts/review_log.py use.jsonl --catalog runs/vista/catalog.json --review review.json

    python scripts/review_log.py use.jsonl --catalog runs/vista/catalog.json --review review.json --take learnt
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import EXISTING, FOLDER, OUTPUT, catalog_option, click, closing_line, options, step


@step(__doc__)
@options(
    click.argument("log", type=EXISTING),
    catalog_option,
    click.option("--review", required=True, type=OUTPUT, help="the review, to write or, with --take, to read"),
    click.option("--take", type=FOLDER, help="take in what was filled in, and write it below this folder"),
)
def main(log: Path, catalog: Path, review: Path, take: Path | None) -> None:
    from vgpt2.catalog.retrieval import Retriever
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.serving.use.costs import costs
    from vgpt2.serving.use.reading import read_log, tell
    from vgpt2.serving.use.review import cases, read_cases, told, write_cases
    from vgpt2.serving.use.taking import take_in, write_taken

    loaded = load(catalog)
    found = read_log(log, loaded.database.name)
    tell(found)
    if take is None:
        if review.exists():
            raise UserError(
                f"{review}: is there already and may be filled in; give another file, or take it in (--take)"
            )
        wanted = cases(found.entries, Retriever.of(loaded))
        write_cases(review, wanted)
        for line in told(wanted):
            click.echo(line)
        closing_line("review", f"{len(found.entries)} answers, {len(wanted)} want a look -> {review}")
        return
    taken = take_in(read_cases(review), loaded, found.entries)
    for line in taken.refused:
        click.echo(f"left out: {line}", err=True)
    written = write_taken(take, taken)
    if not written and taken.refused:
        raise UserError(f"{review}: nothing of what was filled in can be taken; the lines above say why")
    if not written:
        raise UserError(f"{review}: nothing was filled in; put a right query in 'sql', or what words mean in 'words'")
    click.echo(costs(catalog.parent, taken))
    closing_line(
        "learn",
        f"{len(taken.rows)} training rows, {len(taken.questions)} exam questions, words for {len(taken.hints)} names"
        f" -> {', '.join(map(str, written))}",
    )


if __name__ == "__main__":
    main()
