"""Models and adapters of others: no code of theirs is run, and no pickle is read."""

from __future__ import annotations

import ast
import json
import os
import pickle
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.inference.local_model import LocalModel
from vgpt2.model_folder import SAFE, check_adapter, check_weights
from vgpt2.training.data.fitting import check_model

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "scripts").rglob("*.py"))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    """Calls of a method or function by its last name."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in found if getattr(node.func, "attr", getattr(node.func, "id", "")) == name]


def test_every_load_says_that_no_code_is_run():
    assert SAFE == {"trust_remote_code": False, "use_safetensors": True}
    seen = 0
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in calls(tree, "from_pretrained"):
            of = ast.unparse(call.func)
            given = {ast.unparse(word.value) for word in call.keywords if word.arg is None}
            seen += 1
            if of.startswith("PeftModel"):
                assert "check_adapter(" in path.read_text(encoding="utf-8"), path
            elif of.startswith("AutoModel") and "gguf_file" not in ast.unparse(call):
                assert given == {"SAFE"}, (path, of)
            else:
                assert given and given <= {"SAFE", "NO_CODE"}, (path, of)
    assert seen >= 10


def test_pickle_is_read_from_processes_of_our_own_alone():
    """The sandbox talks by it with its child, through a pipe that nobody else has."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[0] in ("pickle", "dill", "joblib", "marshal", "shelve", "torch")
        and ast.unparse(node.func).split(".")[-1] in ("load", "loads", "open", "Unpickler")
    }
    assert readers == {"scripts/vgpt2/tsql/run/sandbox.py"}


def test_no_profile_asks_for_code_of_a_model():
    for path in (ROOT / "automation/configs").rglob("*.yaml"):
        assert "trust_remote_code" not in path.read_text(encoding="utf-8"), path


class Strike:
    """What a pickle does to who reads it."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "model.pt"])
def test_weights_as_a_pickle_are_refused_unread(tmp_path, name):
    folder, mark = tmp_path / "model", tmp_path / "struck"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]}))
    (folder / name).write_bytes(pickle.dumps(Strike(mark)))
    for use in (check_weights, check_model, LocalModel):
        with pytest.raises(UserError, match=rf"{name}: weights as a pickle, which may run code when it is read; give"):
            use(str(folder))
    assert not mark.exists()
    # It does strike who reads it.
    pickle.loads((folder / name).read_bytes())
    assert mark.exists()
    # Beside safetensors it is not read.
    (folder / "model.safetensors").touch()
    check_weights(folder)


def test_code_of_a_model_is_not_run(tmp_path):
    folder, mark = tmp_path / "model", tmp_path / "struck"
    folder.mkdir()
    auto = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model", "AutoTokenizer": ["own.Tokens", None]}
    (folder / "config.json").write_text(json.dumps({"model_type": "own-kind", "auto_map": auto}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"auto_map": auto}))
    (folder / "own.py").write_text(f"import os\nos.mkdir({str(mark)!r})\n")
    (folder / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    with pytest.raises(UserError, match=r"it needs code of its own .trust_remote_code., which is never run here"):
        check_model(str(folder))
    with pytest.raises(UserError, match="cannot be loaded as a model"):
        LocalModel(str(folder))
    assert not mark.exists()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (
            {"peft_type": "LORA", "megatron_config": {"a": 1}, "megatron_core": "own"},
            "megatron_config has a module",
        ),
        ({"peft_type": "PROMPT_TUNING"}, "an adapter of kind PROMPT_TUNING; only LoRA is read"),
        ([], "an adapter of kind None; only LoRA is read"),
    ],
)
def test_an_adapter_that_is_no_plain_lora_is_refused(tmp_path, config, said):
    (tmp_path / "adapter_config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=said):
        check_adapter(tmp_path)


def test_an_adapter_as_a_pickle_is_refused_unread(tmp_path):
    (tmp_path / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}))
    check_adapter(tmp_path)
    (tmp_path / "adapter_model.bin").write_bytes(pickle.dumps(Strike(tmp_path / "struck")))
    with pytest.raises(UserError, match=r"adapter_model.bin: weights as a pickle"):
        check_adapter(tmp_path)
    assert not (tmp_path / "struck").exists()
