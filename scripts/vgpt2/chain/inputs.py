"""What a run is made of: copies of all that comes from outside, each rewritten only where its content is another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vgpt2.chain.asked import SERVER, Asked, Checked
from vgpt2.chain.stamp import Seen, stamp_lines
from vgpt2.files import digest, sha256, writing
from vgpt2.settings import CONFIGS, ROOT, databases_known_by_tables, read_yaml
from vgpt2.training.config import STAGE_FILES
from vgpt2.yaml_file import read_yaml_file

SETTINGS, STAMP = "settings.json", "source.stamp"
DATABASE, CURATED, EXTRA, PACKAGES = (
    f"inputs/{name}" for name in ("database.yaml", "curated.json", "extra.stamp", "packages.txt")
)
SEEN = "inputs/source.seen"
# The files that steps depend on, in the order in which they are written: settings.json says that all are there.
WATCHED = (STAMP, DATABASE, CURATED, EXTRA, PACKAGES, SETTINGS)
PINNED = re.compile(r"^([A-Za-z0-9][\w.\[\]-]*==\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Inputs:
    """The content of each copy by its name in the run; a path where it is copied from there."""

    files: dict[str, bytes | Path]

    def changed(self, run_dir: Path) -> list[str]:
        """The names of those that the run has not, or has with another content."""
        return [name for name, content in self.files.items() if not _same(run_dir / name, content)]

    def write(self, run_dir: Path, names: list[str]) -> None:
        """Write these into the run, and take away copies of files of EXTRA that are there no more."""
        from vgpt2.files import atomic

        for name in sorted(names, key=lambda name: (name in WATCHED, name == SETTINGS)):
            content = self.files[name]
            with atomic(run_dir / name, "wb") as handle:
                handle.write(content if isinstance(content, bytes) else content.read_bytes())
        kept = {run_dir / name for name in self.files}
        for path in (run_dir / "inputs" / "extra").glob("*"):
            if path not in kept:
                with writing(path):
                    path.unlink()


def inputs_of(asked: Asked, checked: Checked, run_dir: Path) -> Inputs:
    """What the run should be made of, read from where the user has it; nothing is written.

    Raises:
        UserError: a file that cannot be read.
    """
    seen = Seen(run_dir / SEEN)
    curated = checked.curated
    extra = _extra_files(asked)
    extra_lines = [f"{path.name}\t{sha256(path)}" for path in extra]
    settings = checked.settings
    files: dict[str, bytes | Path] = {
        # Of what the trainer and the profile say, settings.json has all that counts; these are for who wants to know.
        f"inputs/{settings.profile_name}.yaml": CONFIGS / "profiles" / f"{settings.profile_name}.yaml",
        **{f"inputs/{name}": CONFIGS / "stages" / name for name in STAGE_FILES.values()},
        **{f"inputs/extra/{path.name}": path for path in extra},
        STAMP: _text(_source_lines(asked, seen)),
        DATABASE: checked.database_file,
        CURATED: curated if curated else b"[]\n",
        EXTRA: _text(extra_lines),
        PACKAGES: _text(_packages(checked)),
        SETTINGS: (settings.model_dump_json(indent=1) + "\n").encode(),
    }
    files[SEEN] = seen.text().encode()
    return Inputs(files)


def _extra_files(asked: Asked) -> list[Path]:
    if not asked.extra:
        return []
    from vgpt2.records.fixes.foreign import alpaca_files

    return alpaca_files(asked.extra)


def _source_lines(asked: Asked, seen: Seen) -> Iterator[str]:
    if asked.source.startswith(SERVER):
        # Of a server no change can be seen from here: its catalog is read again when catalog.json is deleted.
        yield asked.source
    else:
        yield from stamp_lines(Path(asked.source), seen)
    if asked.scripts:
        yield from stamp_lines(asked.scripts, seen, "scripts/")
    if asked.database_name:
        yield f"database\t{asked.database_name}"
    if asked.by_tables:
        # An edit of the settings of one that is known by its tables makes the catalog out of date.
        for known in databases_known_by_tables():
            yield f"known/{known.name}\t{digest(known.model_dump())}"


def _packages(checked: Checked) -> list[str]:
    """`name==version` of every package that the lock files pin for this run."""
    profile = checked.settings.profile
    locks = ["requirements.txt"]
    if checked.settings.source.startswith(SERVER):
        locks.append("requirements-mssql.txt")
    if profile.launch.deepspeed or "quantization_bit" in profile.train.common:
        locks.append("requirements-gpu.txt")
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in locks if (ROOT / name).is_file()]
    return [pin for text in texts for pin in PINNED.findall(text)]


def _text(lines: object) -> bytes:
    return "".join(f"{line}\n" for line in sorted(lines)).encode("utf-8", "surrogateescape")  # type: ignore[call-overload]


def _same(path: Path, content: bytes | Path) -> bool:
    """Whether a copy says what its original says: of YAML and JSON the values count, not comments or line ends."""
    if not path.is_file():
        return False
    new = content if isinstance(content, bytes) else content.read_bytes()
    old = path.read_bytes()
    if old == new:
        return True
    try:
        if path.suffix == ".yaml" and isinstance(content, Path):
            return read_yaml(path) == read_yaml_file(content).values
        if path.suffix == ".json":
            return json.loads(old) == json.loads(new)
    except Exception:
        return False
    return False
