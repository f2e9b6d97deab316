"""Export the last promoted model, and examine it once more from its new place.

**Reads** gates/, saves/ and base/ of the run, its suite and the exam of the promoted model; settings.json; the catalog.
**Writes** a folder with safetensors, tokenizer, chat template, generation_config.json, the Ollama Modelfile, README.md
(the model card) and export.json; .done last. Exit code 1 if it answers otherwise than on record.
**Run as** `python scripts/export_model.py --run-dir runs/R --settings runs/R/settings.json
--catalog runs/R/catalog.json --output runs/R/export`
"""

from pathlib import Path

from vgpt2.cli import FOLDER, catalog_option, click, closing_line, settings_option, step
from vgpt2.settings import load_settings


@step(__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@settings_option
@catalog_option
@click.option("--output", required=True, type=FOLDER, help="folder to write")
def main(run_dir: Path, settings: Path, catalog: Path, output: Path) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.training.export.export import export

    result = export(run_dir, load_settings(settings), load(catalog), output)
    what = " + ".join(result["stages"]) if result["stages"] else "no stage was promoted, this is the base model"
    checked = result["checked"]
    closing_line("export", f"{what}; {checked['questions']} questions asked again, same answers -> {output}")


if __name__ == "__main__":
    main()
