"""Push, delete, pull: the same bytes and times, without what can be made again having been carried."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.chain.carry.content import files
from vgpt2.chain.carry.place import Place
from vgpt2.chain.carry.pull import pull
from vgpt2.chain.carry.push import push
from vgpt2.errors import UserError
from vgpt2.files import write_text

from .conftest import state

SCRIPTS = Path(__file__).parents[3] / "scripts"
LEFT_BEHIND = ("saves/sft/checkpoint-4", "saves/sft/cache", "saves/sft.old-1", "saves/dpo/checkpoint-2", "gguf")


@pytest.fixture
def memory():
    """The store that lives in this process; emptied afterwards."""
    import fsspec

    yield "memory://bucket/runs"
    fsspec.filesystem("memory").store.clear()


def test_what_is_carried(run):
    carried = dict(files(run))
    again = [name for name, can_be in carried.items() if can_be]
    assert again == ["base/model.safetensors", "export/model.safetensors", "saves/sft/merged/model.safetensors"]
    assert {"saves/sft/adapter_model.safetensors", "saves/sft/train.log"} <= set(carried)
    assert "saves/dpo/checkpoint-4/optimizer.pt" in carried
    assert "saves/dpo/checkpoint-6/optimizer.pt" in carried  # the newest, and the best before it
    for left in (*LEFT_BEHIND, "saves/dpo/checkpoint-8", "data/.sft"):
        assert not [name for name in carried if name.startswith(left)], left


@pytest.mark.parametrize("kind", ["folder", "memory", "s3"])
def test_push_delete_pull_is_the_same(run, tmp_path, request, kind):
    url = str(tmp_path / "elsewhere") if kind == "folder" else request.getfixturevalue(kind)
    before = state(run)
    first = push(run, url)
    assert first.again == 3
    assert 25 < first.sent < first.files - 3  # what two folders have alike is sent once
    weights = (run / "saves/sft/merged/model.safetensors").stat().st_size
    assert first.bytes < weights / 2
    again = push(run, url)
    assert (again.files, again.sent, again.bytes) == (first.files, 0, 0)
    shutil.rmtree(run)
    done = pull(url, run)
    assert (done.files, done.again, done.other) == (first.files, 3, [])
    left = (*LEFT_BEHIND, "saves/dpo/checkpoint-8", "data/.sft")
    assert state(run) == {name: value for name, value in before.items() if not name.startswith(left)}
    assert pull(url, run) is None
    assert [path.name for path in run.parent.iterdir() if path.name not in ("r", ".r.push")] == []


def test_what_changed_is_sent_and_what_is_no_more_goes(run, tmp_path):
    place = tmp_path / "elsewhere"
    push(run, str(place))
    with (run / "saves/sft/train.log").open("a") as log:
        log.write("more\n")
    shutil.rmtree(run / "saves/dpo/checkpoint-4")
    stored = {path.name for path in (place / "r" / "files").iterdir()}
    assert push(run, str(place)).sent == 1
    manifest = json.loads((place / "r" / "manifest.json").read_text())["files"]
    now = {path.name for path in (place / "r" / "files").iterdir()}
    assert now == {item["sha256"] for item in manifest.values() if not item.get("again")}
    assert len(stored - now) == 6  # the five files of the checkpoint, and the log as it was


def test_a_push_that_was_cut_off_goes_on_and_leaves_the_earlier_state(run, tmp_path, monkeypatch):
    url = str(tmp_path / "elsewhere")
    push(run, url)
    before = (tmp_path / "elsewhere/r/manifest.json").read_bytes()
    write_text(run / "data/a.jsonl", "a" * 1000)
    write_text(run / "data/b.jsonl", "b" * 1000)
    put, sent = Place.put, []

    def cut(self, path, digest):
        if sent:
            raise KeyboardInterrupt
        sent.append(path.name)
        put(self, path, digest)

    monkeypatch.setattr(Place, "put", cut)
    with pytest.raises(KeyboardInterrupt):
        push(run, url)
    assert (tmp_path / "elsewhere/r/manifest.json").read_bytes() == before
    monkeypatch.setattr(Place, "put", put)
    assert push(run, url).sent == 1


def test_a_pull_that_was_cut_off_leaves_no_run_and_goes_on(run, memory, monkeypatch):
    before = {name: value for name, value in state(run).items() if name in dict(files(run))}
    push(run, memory)
    shutil.rmtree(run)
    get, fetched = Place.get, []

    def cut(self, digest, path):
        if len(fetched) == 5:
            raise KeyboardInterrupt
        fetched.append(path.name)
        get(self, digest, path)

    monkeypatch.setattr(Place, "get", cut)
    with pytest.raises(KeyboardInterrupt):
        pull(memory, run)
    assert not run.exists()
    monkeypatch.setattr(Place, "get", lambda self, digest, path: (fetched.append(path.name), get(self, digest, path)))
    assert pull(memory, run).other == []
    assert state(run) == before
    assert len(fetched) == len([name for name, again in files(run) if not again])


def test_damage_over_there_is_found(run, tmp_path):
    url = tmp_path / "elsewhere"
    push(run, str(url))
    shutil.rmtree(run)
    victim = next(path for path in (url / "r/files").iterdir() if path.stat().st_size > 100)
    content = victim.read_bytes()
    victim.write_bytes(content[:-1] + b"?")
    with pytest.raises(UserError, match=rf"{url}: files/{victim.name} has other bytes than were pushed; push the run"):
        pull(str(url), run)
    assert not run.exists()
    victim.write_bytes(content)
    assert pull(str(url), run).other == []


def test_a_run_that_is_here_is_not_overwritten(run, memory):
    push(run, memory)
    write_text(run / "data/sft.jsonl", "mine\n")
    before = state(run)
    with pytest.raises(UserError, match=r"runs/r: is here with other files than there \(data/sft.jsonl\); move"):
        pull(memory, run)
    assert state(run) == before


def test_weights_that_come_out_otherwise_are_named(run, memory):
    (run / "saves/sft/merged/model.safetensors").write_bytes(
        (run / "saves/sft/merged/model.safetensors").read_bytes()[:-1] + b"!"
    )
    push(run, memory)
    shutil.rmtree(run)
    # The export was the same as the stage; now it is carried.
    assert pull(memory, run).other == ["saves/sft/merged/model.safetensors"]


def test_a_manifest_may_name_files_of_the_run_alone(run, tmp_path):
    push(run, str(tmp_path / "elsewhere"))
    shutil.rmtree(run)
    path = tmp_path / "elsewhere/r/manifest.json"
    sound = json.loads(path.read_text())
    for name in ("../../x", "/etc/x", "C:/x", "a\\..\\x"):
        bad = {**sound, "files": {**sound["files"], name: next(iter(sound["files"].values()))}}
        path.write_text(json.dumps(bad))
        with pytest.raises(UserError, match="which is no file of a run"):
            pull(str(tmp_path / "elsewhere"), run)
        assert not run.exists()


def test_a_run_that_was_begun_anew_does_not_take_the_place_of_one_that_is_further(run, memory, monkeypatch):
    push(run, memory)
    shutil.rmtree(run / "saves/dpo")
    with pytest.raises(UserError, match="r has a trained stage dpo there, and none here; make pull FROM= into"):
        push(run, memory)
    monkeypatch.setenv("FRESH", "1")
    assert push(run, memory).sent == 0


def test_that_there_is_nothing_yet_may_be_no_mistake(run, tmp_path):
    words = [sys.executable, SCRIPTS / "pull_run.py", "--if-there", "--from", tmp_path / "none", "--run-dir", run]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("pull: nothing yet: ")


# ---- Bad input: one line each ---------------------------------------------------------------------------------------


def call(script: str, *arguments: object) -> tuple[int, str]:
    words = [sys.executable, str(SCRIPTS / script), *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert "Traceback" not in done.stderr and done.stderr.count("\n") <= 1, done.stderr
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    ("script", "arguments", "said"),
    [
        ("push_run.py", ["--run-dir", "{run}", "--to", ""], "error: TO: empty; give a folder"),
        ("push_run.py", ["--run-dir", "{run}", "--to", "foo://x"], "error: TO=foo://x: no such kind of place; give"),
        ("push_run.py", ["--run-dir", "{run}/none", "--to", "x"], "none: no such run; make status names those"),
        ("push_run.py", ["--run-dir", "{run}", "--to", "{run}/data"], "/data: lies in the run itself; give another"),
        ("push_run.py", ["--run-dir", "{run}", "--to", "{there}/r/manifest.json"], "manifest.json: cannot be written"),
        ("pull_run.py", ["--run-dir", "{run}x", "--from", "{run}/none"], "none: no run rx; there is none (RUN=name)"),
        ("pull_run.py", ["--run-dir", "{run}x", "--from", "{there}"], "no run rx; did you mean 'r'? (RUN=name)"),
    ],
)  # fmt: skip
def test_mistakes_are_a_line(run, tmp_path, script, arguments, said):
    there = tmp_path / "there" / "r" / "manifest.json"
    write_text(there, '{"format": 1, "files": {}}')
    words = [word.format(run=run, there=tmp_path / "there") for word in arguments]
    code, line = call(script, *words)
    assert code == 2 and said in line


def test_a_missing_package_is_a_line(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "adlfs", None)
    with pytest.raises(
        UserError, match=r"TO=az://box/x: a package is missing \(Install adlfs to access Azure .*-r requirements-clouds"
    ):
        push(run, "az://box/x")
    with pytest.raises(UserError) as caught:
        push(run, "az://user:secret@box/x")
    assert "secret" not in caught.value.message


def test_a_bucket_that_is_not_there_is_a_line(run, s3):
    with pytest.raises(UserError, match=r"s3://none/x: cannot be read \(OSError: .*NO_SUCH_BUCKET"):
        push(run, "s3://none/x")
    with pytest.raises(UserError, match=r"s3://none/x: no run q; there is none"):
        pull("s3://none/x", run.with_name("q"))


def test_a_store_that_nobody_answers_for_is_a_line_without_its_key(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    for name, value in {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=r"s3://bucket/x: cannot be ") as caught:
        push(run, "s3://user:secret@bucket/x")
    assert "secret" not in caught.value.message and "\n" not in caught.value.message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_without_rights_is_a_line(run, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(UserError, match=r"closed: cannot be written \(PermissionError: .*; give a place where you may"):
        push(run, str(closed))


def test_a_place_that_refuses_is_a_line(run, memory, monkeypatch):
    """As any store's client says it: with an error of its own kind."""
    from fsspec.implementations.memory import MemoryFileSystem

    class AccessDenied(Exception):
        pass

    def refuse(self, *arguments, **named):
        raise AccessDenied("An error occurred (403) when calling PutObject\nmore")

    monkeypatch.setattr(MemoryFileSystem, "_open", refuse)
    for act in (lambda: push(run, memory), Place(memory, "r", "PUSH").try_out):
        with pytest.raises(UserError) as caught:
            act()
        assert caught.value.message.startswith(
            "memory://bucket/runs: cannot be written (AccessDenied: An error occurred (403)"
        )
        assert "\n" not in caught.value.message
