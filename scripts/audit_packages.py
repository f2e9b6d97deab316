"""Ask for known vulnerabilities of all packages of the lock files, by pip-audit.

**Reads** requirements*.txt, automation/tools/*.txt, scripts/vgpt2/supply/advisories.yaml, and the advisories of PyPI,
else of OSV.
**Writes** nothing; what is not accepted is a line, and exit code 1. Where no service can be reached, a line says so.
**Run as** `python scripts/audit_packages.py --by python-that-has-pip-audit`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import EXISTING, FOLDER, click, closing_line

ROOT = Path(__file__).resolve().parents[1]


@click.command(help=__doc__)
@click.option("--by", required=True, type=EXISTING, help="the Python of an environment that has pip-audit")
@click.option("--root", type=FOLDER, default=ROOT, help="another folder that holds lock files")
def main(by: Path, root: Path) -> None:
    """Ask, compare, tell."""
    from vgpt2.errors import GateError
    from vgpt2.supply.advisories import accepted_list, ask, faults
    from vgpt2.supply.locks import lock_files, locked, tool_locks

    packages = locked([*lock_files(root), *tool_locks(root)])
    answer = ask(by, packages)
    if not answer.known:
        click.echo("audit_packages: no service of advisories could be reached; nothing was checked")
        return
    lines = faults(answer, packages, accepted_list())
    for line in lines:
        click.echo(line)
    if answer.silent:
        click.echo(f"not known there, and not checked: {', '.join(sorted(answer.silent))}")
    if lines:
        raise GateError(f"{len(lines)} of the advisories are not settled")
    closing_line("audit_packages", f"{len(answer.known)} of {len(packages)} packages asked -> no open advisory")


if __name__ == "__main__":
    main()
