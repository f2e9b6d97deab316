"""Turn what is not a file into two: what the user asked for, and the state of the source tree.

Both are rewritten only when their content changed, so that a second `make all` finds nothing to do.

**Reads**: the profile, the database and the stage YAML, the names, sizes and times of the files under SOURCE.
**Writes**: `runs/<run>/settings.json` and `source.stamp` beside it.
**Run as**: `python scripts/prepare_run.py --profile cpu --source data/sample --database vista.yaml --run my-run
--output runs/my-run/settings.json`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

SERVER = "mssql://"


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--profile", required=True, help="name of a file in automation/configs/profiles")
@click.option("--source", required=True, help="folder (or one .sql file, or mssql://server/database) to read")
@click.option("--scripts", type=click.Path(path_type=Path), help="scripts of the same database beside a VGPT2 folder")
@click.option("--database-name", default="", help="which database, where the scripts make several")
@click.option("--database", required=True, type=click.Path(path_type=Path), help="the database's settings (YAML)")
@click.option("--by-tables", is_flag=True, help="--database is a guess: the catalog recognises it by its tables")
@click.option("--run", required=True, help="name of the run")
@click.option("--extra", default="", help="folder with Alpaca files of your own")
@click.option("--teacher", default="", help="endpoint that rewords questions")
@click.option("--teacher-model", default="", help="its model")
@click.option("--seed", type=int, help="another seed than the profile's")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="settings.json to write")
def main(
    profile: str,
    source: str,
    scripts: Path | None,
    database_name: str,
    database: Path,
    by_tables: bool,
    run: str,
    extra: str,
    teacher: str,
    teacher_model: str,
    seed: int | None,
    output: Path,
) -> None:
    from vgpt2.cli import closing_line
    from vgpt2.errors import UserError

    if bool(teacher) != bool(teacher_model):
        raise UserError("TEACHER and TEACHER_MODEL go together: give the endpoint's URL and the name of its model")
    asked = {"extra": extra, "teacher": teacher, "teacher_model": teacher_model}
    settings = resolve(profile, source, database, run, seed, asked)
    # Of a server no change can be seen from here: its catalog is read again when catalog.json is deleted.
    lines = [source] if source.startswith(SERVER) else [*stamp_lines(Path(source))]
    lines += [f"scripts/{line}" for line in stamp_lines(scripts)] if scripts else []
    lines += [f"database\t{database_name}"] if database_name else []
    lines += known_lines() if by_tables else []
    stamp = "".join(f"{line}\n" for line in sorted(lines))
    changed = [
        path.name
        for path in (write_if_new(output.parent / "source.stamp", stamp), write_if_new(output, settings))
        if path
    ]
    if changed:
        closing_line(
            "prepare",
            f"profile {profile}, {source}, {stamp.count(chr(10)):,} files -> {', '.join(changed)} in {output.parent}",
        )


def resolve(profile: str, source: str, database: Path, run: str, seed: int | None, asked: dict[str, str]) -> str:
    """The text of settings.json; `asked`: `extra`, `teacher` and `teacher_model`.

    Raises:
        UserError: a profile, folder or setting that does not exist.
    """
    from vgpt2.catalog.readers.server.connect import Address
    from vgpt2.errors import UserError
    from vgpt2.settings import CONFIGS, Settings, load_database, load_profile
    from vgpt2.training.config import check_profile

    chosen = load_profile(profile)
    check_profile(chosen, str(CONFIGS / "profiles" / f"{profile}.yaml"))
    if source.startswith(SERVER):
        Address.of(source)  # before anything of it is written down
    elif not Path(source).exists():
        raise UserError(f"SOURCE={source}: no such folder; give the folder that holds the database's sources")
    if asked["extra"] and not Path(asked["extra"]).is_dir():
        raise UserError(f"EXTRA={asked['extra']}: no such folder; give a folder with .json or .jsonl files")
    if not re.fullmatch(r"[\w.-]+", run):
        raise UserError(f"RUN={run}: a run's name has letters, digits, dots and dashes only")
    load_database(database)
    settings = Settings(
        run=run,
        profile_name=profile,
        source=source,
        database=database.as_posix(),
        seed=chosen.seed if seed is None else seed,
        stages=stage_digests(chosen.launch.deepspeed),
        profile=chosen,
        **asked,
    )
    return settings.model_dump_json(indent=1) + "\n"


def stage_digests(deepspeed: str) -> dict[str, str]:
    """What the stage files and the DeepSpeed file say, as digests: an edit of one (other than a comment) makes another
    settings.json, and so all steps that depend on it out of date.

    Raises:
        UserError: a file that is missing or cannot be read.
    """
    from vgpt2.files import digest, read_json
    from vgpt2.settings import CONFIGS, ROOT, read_yaml
    from vgpt2.training.config import STAGE_FILES

    digests = {name: digest(read_yaml(CONFIGS / "stages" / name)) for name in STAGE_FILES.values()}
    if deepspeed:
        digests[deepspeed] = digest(read_json(ROOT / deepspeed))
    return digests


def known_lines() -> list[str]:
    """One line a database that is known by its tables: an edit of its settings makes the catalog out of date."""
    from vgpt2.files import digest
    from vgpt2.settings import databases_known_by_tables

    return [f"known/{known.name}\t{digest(known.model_dump())}" for known in databases_known_by_tables()]


def stamp_lines(source: Path) -> Iterator[str]:
    """One line a file: path below the source, bytes, time of change in nanoseconds; or why it cannot be read."""
    from vgpt2.files import walk

    if source.is_file():
        state = source.stat()
        yield f"{source.name}\t{state.st_size}\t{state.st_mtime_ns}"
        return
    for path, problem in walk(source):
        name = path.relative_to(source).as_posix()
        if problem:
            yield f"{name}\t{problem}"
        else:
            state = path.stat()
            yield f"{name}\t{state.st_size}\t{state.st_mtime_ns}"


def write_if_new(path: Path, text: str) -> Path | None:
    """Write the file unless it holds just this; the path if it was written."""
    from vgpt2.files import write_text

    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return None
    write_text(path, text)
    return path


if __name__ == "__main__":
    main()
