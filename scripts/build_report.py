"""Build the report of a run: one HTML page that works offline, and its figures as JSON.

**Reads** what the run has so far: catalog, datasets, audits, preflights, exams, gates, training logs, export.
**Writes** `--output`, and `metrics.json` beside it.
**Run as** `python scripts/build_report.py --run-dir runs/my-run --settings runs/my-run/settings.json
--output runs/my-run/report.html`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import click, closing_line, options, output_option, settings_option, step


@step(__doc__)
@click.option(
    "--run-dir", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="folder of the run"
)
@options(settings_option, output_option)
def main(run_dir: Path, settings: Path, output: Path) -> None:
    from vgpt2.files import write_json, write_text
    from vgpt2.report.collect import collect
    from vgpt2.report.headline import headline
    from vgpt2.report.metrics import metrics
    from vgpt2.report.page import render
    from vgpt2.settings import load_settings

    run = load_settings(settings)
    found = collect(run_dir, run)
    write_json(output.with_name("metrics.json"), metrics(found))
    write_text(output, render(found))
    verdict = headline(found["outcome"], found["exams"])
    closing_line("report", f"{verdict['title']} {verdict['why']} -> {output}")


if __name__ == "__main__":
    main()
