import shutil

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.training.lineage import read_start


def test_the_base_is_its_own_gate(tiny_base):
    start = read_start(tiny_base)
    assert start.model == str(tiny_base)
    assert start.lineage == [{"stage": "base", "model": str(tiny_base)}]


def test_a_pointer_leads_to_its_model(tmp_path):
    write_json(tmp_path / "base" / "pointer.json", {"name_or_path": "Qwen/Qwen2.5-7B-Instruct"})
    start = read_start(tmp_path / "base")
    assert (start.folder, start.model) == (str(tmp_path / "base"), "Qwen/Qwen2.5-7B-Instruct")


def test_a_pointer_to_a_folder_that_has_gone(tmp_path):
    write_json(tmp_path / "base" / "pointer.json", {"name_or_path": str(tmp_path / "gone"), "local": True})
    with pytest.raises(UserError, match="gone is no longer there"):
        read_start(tmp_path / "base")


def test_a_gate_names_the_last_promoted_model(tmp_path, tiny_base):
    lineage = [{"stage": "base", "model": "b"}, {"stage": "sft", "model": str(tiny_base)}]
    write_json(tmp_path / "gates" / "sft.json", {"model": str(tiny_base), "lineage": lineage})
    start = read_start(tmp_path / "gates" / "sft.json")
    assert start.model == str(tiny_base)
    assert start.lineage == lineage


def test_a_run_may_be_moved(tmp_path, tiny_base):
    shutil.copytree(tiny_base, tmp_path / "new" / "saves" / "sft" / "merged")
    write_json(tmp_path / "new" / "gates" / "sft.json", {"model": "/old/place/runs/r/saves/sft/merged"})
    assert read_start(tmp_path / "new" / "gates" / "sft.json").folder == str(tmp_path / "new/saves/sft/merged")


def test_a_model_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match="no such model folder"):
        read_start(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no model in it"):
        read_start(tmp_path / "empty")
    write_json(tmp_path / "gates" / "sft.json", {"model": "gone/away"})
    with pytest.raises(UserError, match="the model gone/away is not there"):
        read_start(tmp_path / "gates" / "sft.json")
