"""What a user asked for, checked whole before anything is written, and turned into the run's settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vgpt2.catalog.readers.server.connect import Address
from vgpt2.database_settings import DatabaseSettings
from vgpt2.errors import UserError, did_you_mean
from vgpt2.exam.suite.curated_file import curated_file
from vgpt2.files import digest, read_json
from vgpt2.settings import CONFIGS, ROOT, Settings, load_database, load_profile, read_yaml
from vgpt2.synthesis.rewording.who import NONE, check_teacher
from vgpt2.training.config import STAGE_FILES, check_profile

SERVER = "mssql://"
RUN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Asked:
    """The words of the user, as make and PowerShell hand them on; an empty text where nothing was given.

    `by_tables`: `database` is a guess, and the catalog recognises the database by its tables.
    """

    profile: str
    source: str
    database: Path
    run: str
    scripts: Path | None = None
    database_name: str = ""
    by_tables: bool = False
    extra: str = ""
    teacher: str = ""
    teacher_model: str = ""
    seed: int | None = None
    harvest: int | None = None
    model: str = ""


@dataclass(frozen=True)
class Checked:
    """What came of it. `curated`: the file of curated questions that the database names for this source."""

    settings: Settings
    database_file: Path
    curated: Path | None


def check(asked: Asked) -> Checked:
    """Look at everything that was asked for; nothing is written.

    Raises:
        UserError: a profile, folder, file or setting that does not exist or does not go together.
    """
    check_teacher(asked.teacher, asked.teacher_model, "TEACHER", "TEACHER_MODEL", "=")
    if not RUN_NAME.fullmatch(asked.run):
        said = "a run's name begins with a letter or digit and has letters, digits, dots, _ and - only"
        raise UserError(f"RUN={asked.run}: {said}")
    profile = load_profile(asked.profile, asked.model)
    if asked.harvest is not None:
        profile = profile.model_copy(update={"harvest": profile.harvest.model_copy(update={"count": asked.harvest})})
    check_profile(profile, str(CONFIGS / "profiles" / f"{asked.profile}.yaml"))
    _check_places(asked)
    path = database_file(asked.database)
    database = load_database(path)
    settings = Settings(
        run=asked.run,
        profile_name=asked.profile,
        source=asked.source,
        database=asked.database.as_posix(),
        seed=profile.seed if asked.seed is None else asked.seed,
        extra=asked.extra,
        teacher="" if asked.teacher == NONE else asked.teacher,
        teacher_model=asked.teacher_model,
        stages=stage_digests(profile.launch.deepspeed),
        profile=profile,
    )
    return Checked(settings, path, _curated(database, asked.source, path))


def _check_places(asked: Asked) -> None:
    if asked.source.startswith(SERVER):
        Address.of(asked.source)  # before anything of it is written down
    elif not Path(asked.source).exists():
        raise UserError(f"SOURCE={asked.source}: no such folder; give the folder that holds the database's sources")
    if asked.scripts and not asked.scripts.exists():
        raise UserError(f"SCRIPTS={asked.scripts}: no such folder; give the folder that holds the database's scripts")
    if asked.extra and not Path(asked.extra).is_dir():
        raise UserError(f"EXTRA={asked.extra}: no such folder; give a folder with .json or .jsonl files")


def database_file(path: Path) -> Path:
    """The file of a database's settings; a bare name is looked up among the project's own.

    Raises:
        UserError: there is none; names the nearest.
    """
    own = CONFIGS / "databases"
    for found in (path, own / path):
        if found.is_file():
            return found
    names = sorted(file.name for file in own.glob("*.yaml"))
    hint = did_you_mean(path.name, names) or f"; there are {', '.join(names)}"
    raise UserError(f"{path}: no such file{hint}")


def _curated(database: DatabaseSettings, source: str, path: Path) -> Path | None:
    found = curated_file(database, source, ROOT)
    if found is not None and not found.is_file():
        raise UserError(f"{path}: 'curated_suite': {database.curated_suite}: no such file")
    return found


def stage_digests(deepspeed: str) -> dict[str, str]:
    """What the stage files and the DeepSpeed file say, as digests: an edit of one (other than a comment) makes another
    settings.json, and so all steps that depend on it out of date.

    Raises:
        UserError: a file that is missing or cannot be read.
    """
    digests = {name: digest(read_yaml(CONFIGS / "stages" / name)) for name in STAGE_FILES.values()}
    if deepspeed:
        digests[deepspeed] = digest(read_json(ROOT / deepspeed))
    return digests
