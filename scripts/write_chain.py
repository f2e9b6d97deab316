"""Write the rules of the Makefile and the table of run_pipeline.ps1 from the one table of steps.

**Reads** steps.yaml, targets.yaml, variables.yaml and words.yaml of `scripts/vgpt2/chain/`, and the two files.
**Writes** the marked parts of Makefile and run_pipeline.ps1. With `--check` nothing: it ends with exit code 1 where a
file is not what it would write.
**Run as** `python scripts/write_chain.py`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line

ROOT = Path(__file__).resolve().parents[1]


@click.command(help=__doc__)
@click.option("--root", type=FOLDER, default=ROOT, help="another folder that holds the two files")
@click.option("--check", is_flag=True, help="write nothing, only compare")
def main(root: Path, check: bool) -> None:
    """Make the texts, then write or compare."""
    from vgpt2.chain import make_rules, powershell
    from vgpt2.chain.marks import with_parts
    from vgpt2.errors import GateError
    from vgpt2.files import read_text, write_text

    makefile, script = root / "Makefile", root / "run_pipeline.ps1"
    texts = {
        makefile: with_parts(read_text(makefile), make_rules.parts(), makefile.name),
        script: powershell.with_help(with_parts(read_text(script), powershell.parts(), script.name)),
    }
    stale = [path for path, text in texts.items() if read_text(path) != text]
    if check and stale:
        names = ", ".join(path.name for path in stale)
        raise GateError(f"{names}: not what scripts/vgpt2/chain says; run make chain")
    for path in stale:
        write_text(path, texts[path])
    closing_line("write_chain", f"{len(texts)} files, {len(stale)} of them changed -> {root}")


if __name__ == "__main__":
    main()
