"""Write the exported model as one GGUF file for llama.cpp and Ollama, and ask it some questions of the exam again.

It is asked by llama.cpp where its Python package is installed (`pip install llama-cpp-python`), which must cut every
prompt as training did; else transformers reads the weights back. What this project cannot write itself is converted
by llama.cpp's own converter, where LLAMA_CPP names the folder of its source.

**Reads** export/, the suite and the exam of the run; settings.json; the catalog.
**Writes** a folder named after the type, with model.gguf, the Ollama Modelfile and gguf.json; .done last. Exit code 1
if it is another model.
**Run as** `python scripts/export_gguf.py --run-dir runs/R --settings runs/R/settings.json
--catalog runs/R/catalog.json --kind q8_0 --output runs/R/gguf`
"""

from pathlib import Path

from vgpt2.cli import FOLDER, catalog_option, click, closing_line, settings_option, step
from vgpt2.settings import load_settings

KINDS = ["f32", "f16", "bf16", "q8_0"]


@step(__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@settings_option
@catalog_option
@click.option("--kind", type=click.Choice(KINDS), default="q8_0", show_default=True, help="type of the weights")
@click.option("--output", required=True, type=FOLDER, help="folder in which to write that of the type")
def main(run_dir: Path, settings: Path, catalog: Path, kind: str, output: Path) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.training.export.card import form_line
    from vgpt2.training.export.gguf_export import FILE, export_gguf

    result = export_gguf(run_dir, load_settings(settings), load(catalog), kind, output / kind)
    size = f"{result['bytes'] / 2**20:,.0f} MiB"
    closing_line("gguf", f"{size}. {form_line(result['form'])} -> {output / kind / FILE}")


if __name__ == "__main__":
    main()
