"""Which checkpoints are whole, and what a training goes on from."""

import json
import shutil

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_json, write_text
from vgpt2.training import checkpoints as them


def cut(path, share=0.5):
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def flip(path):
    """One byte of the data is another: what a disk may make of it when the power goes."""
    data = bytearray(path.read_bytes())
    data[data.index(b"step") + 1] ^= 1
    path.write_bytes(data)


BROKEN = {
    "no whole trainer_state.json": lambda place: write_text(place / "trainer_state.json", '{"global_st'),
    "its writing was cut off": lambda place: write_text(place / "checkpoint-is-incomplete.txt", "in progress"),
    "no weights": lambda place: (place / "adapter_model.safetensors").unlink(),
    "no optimizer": lambda place: (place / "optimizer.pt").unlink(),
    "no random state": lambda place: (place / "rng_state.pth").unlink(),
    "adapter_model.safetensors is cut off": lambda place: cut(place / "adapter_model.safetensors", 0.9),
    "optimizer.pt is damaged": lambda place: cut(place / "optimizer.pt"),
    "scheduler.pt is damaged": lambda place: flip(place / "scheduler.pt"),
    "rng_state.pth is damaged": lambda place: (place / "rng_state.pth").write_bytes(b""),
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_newest_checkpoint_goes_and_the_one_before_is_taken(tmp_path, checkpoint, why):
    checkpoint(tmp_path, 9)
    BROKEN[why](checkpoint(tmp_path, 10))
    assert [path.name for path in them.checkpoints(tmp_path)] == ["checkpoint-9"]
    said = []
    assert them.newest_checkpoint(tmp_path, said.append).name == "checkpoint-9"
    assert said == [f"{tmp_path.name}: checkpoint-10 is broken ({why}) and deleted"]
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-9"]


def test_an_empty_header_of_weights_is_no_weights(tmp_path, checkpoint):
    place = checkpoint(tmp_path, 3)
    for content in (b"", b"\0" * 64, (2**60).to_bytes(8, "little") + b"{}", (4).to_bytes(8, "little") + b"null"):
        (place / "adapter_model.safetensors").write_bytes(content)
        assert them.fault(place) == "adapter_model.safetensors is cut off"


def test_where_only_models_are_saved_they_are_whole(tmp_path, checkpoint):
    place = checkpoint(tmp_path, 3)
    for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
        (place / name).unlink()
    assert them.fault(place) == ""


def test_the_best_so_far(tmp_path, checkpoint):
    assert them.best_checkpoint(tmp_path) is None
    checkpoint(tmp_path, 9, best_global_step=9)
    checkpoint(tmp_path, 10, best_global_step=9)
    assert them.best_checkpoint(tmp_path).name == "checkpoint-9"
    shutil.rmtree(tmp_path / "checkpoint-9")
    assert them.best_checkpoint(tmp_path) is None


def test_of_a_run_that_was_moved_the_best_checkpoint_is_found(tmp_path, checkpoint):
    best = checkpoint(tmp_path / "here", 9)
    newest = checkpoint(tmp_path / "here", 10, best_model_checkpoint="/elsewhere/saves/sft/checkpoint-9")
    them.settle(newest)
    assert json.loads((newest / "trainer_state.json").read_text())["best_model_checkpoint"] == str(best)
    before = (newest / "trainer_state.json").read_bytes()
    them.settle(newest)
    assert (newest / "trainer_state.json").read_bytes() == before
    write_json(newest / "trainer_state.json", {"global_step": 10, "best_model_checkpoint": "/elsewhere/checkpoint-5"})
    before = (newest / "trainer_state.json").read_bytes()
    them.settle(newest)
    assert (newest / "trainer_state.json").read_bytes() == before


def test_one_that_cannot_be_deleted_is_said(tmp_path, checkpoint, monkeypatch):
    checkpoint(tmp_path, 3)
    write_text(tmp_path / "checkpoint-4" / "trainer_state.json", "")

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(UserError, match=r"checkpoint-4: a broken checkpoint that cannot be deleted \(Permission"):
        them.newest_checkpoint(tmp_path)
