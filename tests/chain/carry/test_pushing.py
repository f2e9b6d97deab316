"""PUSH=URL: a run is copied at each checkpoint of a training, which goes on, and after the steps that took long."""

import time

import pytest
from tests.chain.carry.conftest import whole_checkpoint

from vgpt2.cli import FOLDER, Step, click
from vgpt2.files import read_json
from vgpt2.pushing import checkpoint_watch


@pytest.fixture
def pushed(tmp_path, monkeypatch):
    """The files of the run that were pushed so far."""
    monkeypatch.setenv("PUSH", str(tmp_path / "pushed"))
    manifest = tmp_path / "pushed" / "r" / "manifest.json"
    return lambda: read_json(manifest)["files"] if manifest.exists() else {}


def test_each_checkpoint_is_copied_while_the_training_goes_on(run, pushed):
    on_line = checkpoint_watch(run, run / "saves" / "dpo")
    on_line("{'loss': 0.5}")
    assert not pushed()
    whole_checkpoint(run / "saves" / "dpo", 10, 10)
    on_line("{'loss': 0.4}")
    ends = time.monotonic() + 120
    while "saves/dpo/checkpoint-10/optimizer.pt" not in pushed():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.mark.parametrize(("step", "copied"), [("7/30 gate sft", True), ("3/30 dedupe sft", False)])
def test_a_step_that_took_long_is_followed_by_a_copy(run, pushed, monkeypatch, step, copied):
    monkeypatch.setenv("VGPT2_STEP", step)
    monkeypatch.setenv("VGPT2_RUN", str(run))

    @click.command(cls=Step)
    @click.option("--run-dir", type=FOLDER)
    def made(run_dir):
        (run_dir / "made.json").write_text("{}")

    made.main(["--run-dir", str(run)], standalone_mode=False)
    assert ("made.json" in pushed()) == copied
