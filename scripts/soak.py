"""Kill a run again and again at moments of chance, and see that it ends as one that was left alone.

Half of the kills are SIGTERM to its first process, as when a rented box is taken away; half are `kill -9` of them all.

**Reads** the sample database (or `--source`).
**Writes** two runs (more where the chain ends before all kills are made) into a folder, by default one that is deleted
afterwards. Exit code 1 where a file that counts (datasets, suite, weights, gates without their times) differs, or
fewer kills were made than asked for.
**Run as** `python scripts/soak.py --kills 20`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line


@click.command(help=__doc__)
@click.option("--kills", default=20, show_default=True, help="how often the run is killed")
@click.option("--profile", default="tiny", show_default=True, help="the profile of both runs")
@click.option("--source", default="data/sample", show_default=True, help="the database of both runs")
@click.option("--target", default="all", show_default=True, help="how far: a target of make")
@click.option("--seed", default=1, show_default=True, help="of the moments of the kills")
@click.option("--folder", type=FOLDER, help="keep the two runs here")
def main(kills: int, profile: str, source: str, target: str, seed: int, folder: Path | None) -> None:
    from vgpt2.chain.soak import soak
    from vgpt2.errors import GateError

    def command(runs: Path) -> list[str]:
        names = {"PROFILE": profile, "SOURCE": source, "RUNS": runs, "RUN": "r", "PYTHON": sys.executable}
        return ["make", "--no-print-directory", target, *(f"{key}={value}" for key, value in names.items())]

    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        found = soak(command, place, kills, seed, click.echo)
    if found.differ:
        raise GateError(f"after {found.kills} kills these are other files than without: {', '.join(found.differ)}")
    if found.kills < kills:
        raise GateError(f"{found.kills} kills were made, {kills} asked for: the chain is too short; ask for more kills")
    closing_line("soak", f"after {found.kills} kills at moments of chance all is as without any")


if __name__ == "__main__":
    main()
