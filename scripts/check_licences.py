"""Check the licences of all packages of the lock files against the list of those that may be used.

**Reads** requirements*.txt, automation/tools/*.txt, the metadata of the installed packages, and
scripts/vgpt2/supply/licences.yaml.
**Writes** nothing; a package whose licence is not in the list is a line, and exit code 1.
**Run as** `python scripts/check_licences.py`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line

ROOT = Path(__file__).resolve().parents[1]


@click.command(help=__doc__)
@click.option("--root", type=FOLDER, default=ROOT, help="another folder that holds lock files")
def main(root: Path) -> None:
    """Read, compare, tell."""
    from vgpt2.errors import GateError
    from vgpt2.supply.licences import check_licences, licence_list
    from vgpt2.supply.locks import lock_files, locked, tool_locks

    packages = locked([*lock_files(root), *tool_locks(root)])
    found = check_licences(packages, licence_list())
    for fault in found.faults:
        click.echo(fault)
    if found.faults:
        raise GateError(f"{len(found.faults)} of {len(packages)} packages: see scripts/vgpt2/supply/licences.yaml")
    closing_line(
        "licences",
        f"{len(packages)} packages, {found.free} free, {found.accepted} accepted with a reason, "
        f"{found.by_hand} read by hand -> nothing to settle",
    )


if __name__ == "__main__":
    main()
