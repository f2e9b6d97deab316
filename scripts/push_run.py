"""Copy a run to another place, so that it can go on elsewhere: a folder, or an object store.

What can be made again is left out: whole models (their adapters and checksums are there), old checkpoints, caches. What
is there already is not sent again; a file lies under the hash of its bytes, and the manifest comes last, so that a push
that was cut off leaves the earlier state.
**Reads** the run's folder.
**Writes** `<to>/<run>/manifest.json` and `<to>/<run>/files/`. s3://, gs:// and az:// need their own credentials, the
last two also the packages of requirements-clouds.txt; hf:// a token.
**Run as** `python scripts/push_run.py --run-dir runs/R --to s3://bucket/runs`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line


@click.command(help=__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@click.option("--to", required=True, help="a folder, or s3://, gs://, az://, hf://; the run lies there by its name")
def main(run_dir: Path, to: str) -> None:
    from vgpt2.chain.carry.push import push
    from vgpt2.errors import UserError

    if not to:
        raise UserError("TO: empty; give a folder, s3://bucket/folder, gs://, az:// or hf://")
    done = push(run_dir, to)
    left = f", {done.again} of weights can be made again" if done.again else ""
    closing_line("push", f"{done.files:,} files, {done.sent:,} sent ({done.bytes / 1e6:,.1f} MB){left} -> {to}")


if __name__ == "__main__":
    main()
