"""Files whole or not at all, and a full disk said in one line."""

import errno
import os
import subprocess
import sys
import time
from array import array
from pathlib import Path

import psutil
import pytest

from vgpt2.errors import UserError
from vgpt2.files import atomic, disk_full, iter_jsonl, read_jsonl, scratch_folder, write_text


def ended_process() -> int:
    """The id of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    write_text(tmp_path / "a.json", "old")
    with pytest.raises(ValueError), atomic(tmp_path / "a.json") as handle:
        handle.write("new")
        raise ValueError
    assert names(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "old"


def test_what_a_killed_process_left_goes_at_the_next_write(tmp_path):
    killed, alive = ended_process(), os.getppid()
    for left in (f".a.json.{killed}.tmp", f".a.json.{alive}.tmp", f".b.json.{killed}.tmp", ".a.json.mine.tmp"):
        (tmp_path / left).write_text("half")
    write_text(tmp_path / "a.json", "new")
    assert names(tmp_path) == sorted([f".a.json.{alive}.tmp", f".b.json.{killed}.tmp", ".a.json.mine.tmp", "a.json"])


def test_a_killed_process_that_nobody_has_waited_for_is_dead(tmp_path):
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    (tmp_path / f".a.json.{zombie.pid}.tmp").write_text("half")
    write_text(tmp_path / "a.json", "new")
    assert names(tmp_path) == ["a.json"]
    zombie.wait()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line():
    with pytest.raises(UserError, match=r"^log: no space left on the disk; free some"), disk_full("log"):
        Path("/dev/full").write_text("x")


def test_other_faults_of_the_system_are_left_as_they_are():
    with pytest.raises(OSError) as caught, disk_full("log"):
        raise OSError(errno.EACCES, "no")
    assert caught.value.errno == errno.EACCES


def test_the_places_of_lines_lead_back_to_them(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"a": "ä"}\r\n\n  \n{"a": 2}'.encode())
    places = array("Q")
    assert list(iter_jsonl(path, places)) == [{"a": "ä"}, {"a": 2}]
    assert [path.read_bytes()[place:][:4] for place in places] == [b'{"a"', b'{"a"']


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"a": "\xe4"}', r"a\.jsonl:2: not UTF-8; save the file as UTF-8"),
        (b"[1]", r"a\.jsonl:2: not a JSON object"),
        (b'{"a": ', r"a\.jsonl:2: not a JSON object"),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, message):
    (tmp_path / "a.jsonl").write_bytes(b'{"a": 1}\n' + line + b"\n")
    with pytest.raises(UserError, match=message):
        read_jsonl(tmp_path / "a.jsonl")


def test_a_scratch_folder_goes_however_its_block_ends_and_what_a_killed_process_left_with_it(tmp_path):
    (tmp_path / f".a.scratch.{ended_process()}.tmp").mkdir()
    with pytest.raises(ValueError), scratch_folder(tmp_path / "a.jsonl") as folder:
        (folder / "part").write_text("x")
        write_text(tmp_path / "a.jsonl", "whole")
        assert (folder / "part").exists()
        raise ValueError
    assert names(tmp_path) == ["a.jsonl"]
