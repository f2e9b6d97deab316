"""What `.done` and a rename promise is on the disk before: every write is followed to the call that says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vgpt2 import files
from vgpt2.errors import UserError
from vgpt2.model_folder import whole_folder


@pytest.fixture
def calls(monkeypatch):
    """Names of what is synced and renamed, in order."""
    seen: list[str] = []
    fsync, replace, rename = os.fsync, Path.replace, Path.rename

    def named(number: int) -> str:
        return Path(f"/proc/self/fd/{number}").readlink().name

    monkeypatch.setattr(os, "fsync", lambda number: (seen.append(f"sync {named(number)}"), fsync(number)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (seen.append(f"rename {Path(to).name}"), replace(self, to)))
    monkeypatch.setattr(Path, "rename", lambda self, to: (seen.append(f"rename {Path(to).name}"), rename(self, to)))
    return seen


def test_a_file_is_on_the_disk_before_it_gets_its_name(tmp_path, calls):
    files.write_text(tmp_path / "a.json", "{}")
    first, second, third = calls
    assert first.startswith("sync .a.json.")
    assert (second, third) == ("rename a.json", f"sync {tmp_path.name}")


def test_a_model_is_on_the_disk_before_it_gets_its_name(tmp_path, calls):
    with whole_folder(tmp_path / "model") as folder:
        (folder / "weights").write_text("1")
    assert calls.index("sync weights") < calls.index("rename model") < calls.index(f"sync {tmp_path.name}")


def test_the_old_model_stays_until_the_new_one_is_whole(tmp_path):
    with whole_folder(tmp_path / "model") as folder:
        (folder / "weights").write_text("old")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "model") as folder:
        (folder / "weights").write_text("half")
        raise RuntimeError
    assert (tmp_path / "model" / "weights").read_text() == "old"
    with whole_folder(tmp_path / "model") as folder:
        (folder / "weights").write_text("new")
    assert (tmp_path / "model" / "weights").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("/proc/none/a.json", "no folder can be made here"),
        ("/dev/null/a.json", "a file is where a folder should be"),
        ("/sys/a.json", "give another folder"),
    ],
)
def test_a_place_that_cannot_be_written_says_so(place, said):
    with pytest.raises(UserError, match=f"^{place}: .*{said}"):
        files.write_text(place, "{}")


def test_a_file_that_is_missing_elsewhere_is_no_matter_of_the_place(tmp_path):
    with pytest.raises(FileNotFoundError), files.writing(tmp_path / "a.json"):
        Path("/no/such/file").read_text()
