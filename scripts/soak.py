"""Kill a run again and again at moments of chance, and see that it ends as one that was left alone.

Half of the kills are SIGTERM to its first process, as when a rented box is taken away; half are `kill -9` of them all.
Both runs harvest (profile tiny does not of itself), and one kill at least comes while each harvest asks its model.

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
@click.option("--harvest", default=12, show_default=True, help="questions of each harvest of both runs; 0: none")
@click.option("--seed", default=1, show_default=True, help="of the moments of the kills")
@click.option("--folder", type=FOLDER, help="keep the two runs here")
def main(kills: int, profile: str, source: str, target: str, harvest: int, seed: int, folder: Path | None) -> None:
    from vgpt2.chain.soak import HARVESTS, soak
    from vgpt2.errors import GateError

    def command(runs: Path) -> list[str]:
        names = {"PROFILE": profile, "SOURCE": source, "RUNS": runs, "RUN": "r", "PYTHON": sys.executable}
        names["HARVEST"] = harvest
        return ["make", "--no-print-directory", target, *(f"{key}={value}" for key, value in names.items())]

    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        aims = {name: end for name, end in HARVESTS.items() if harvest and passes(target, name)}
        found = soak(command, place, kills, seed, click.echo, aims)
    if found.differ:
        raise GateError(f"after {found.kills} kills these are other files than without: {', '.join(found.differ)}")
    if found.kills < kills:
        raise GateError(f"{found.kills} kills were made, {kills} asked for: the chain is too short; ask for more kills")
    if found.missed:
        raise GateError(f"no kill came while {' and '.join(found.missed)} was written; give another --seed")
    within = " and within each harvest" if aims else ""
    closing_line("soak", f"after {found.kills} kills at moments of chance{within} all is as without any")


def passes(target: str, answers: str) -> bool:
    """Whether the way to a target of make goes through the harvest that writes these answers."""
    stage = "dpo" if "dpo" in answers else "kto"
    return target in ("kto", "export", "report", "all") or target == stage


if __name__ == "__main__":
    main()
