"""An adapter of another model is refused; the same model under another path is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.model_folder import POINTER, check_adapter, fingerprint, model_name

CODER = "Qwen/Qwen2.5-Coder-0.5B-Instruct"
PLAIN = "Qwen/Qwen2.5-0.5B-Instruct"


@pytest.fixture
def adapter(tmp_path):
    """Writes an adapter that names its base."""

    def write(base: str | None) -> Path:
        named = {} if base is None else {"base_model_name_or_path": base}
        write_json(tmp_path / "adapter" / "adapter_config.json", {"peft_type": "LORA", **named})
        return tmp_path / "adapter"

    return write


def base_of_a_run(folder: Path, name: str) -> Path:
    """A run's base as make_base.py leaves it."""
    write_json(folder / "base" / ".done", {"name": name})
    return folder / "base"


@pytest.mark.parametrize(
    ("named", "base"),
    [(PLAIN, CODER), ("/elsewhere/Qwen2.5-0.5B-Instruct", CODER), ("runs/r/saves/sft/merged", "r/saves/dpo/merged")],
)
def test_an_adapter_of_another_model_is_refused_with_the_way_to_go_on(adapter, named, base):
    folder = adapter(named)
    with pytest.raises(UserError) as caught:
        check_adapter(folder, base)
    file = folder / "adapter_config.json"
    assert caught.value.message == (
        f"{file}: an adapter of {named}, not of {base}; if that is the same model under another name, set"
        f" base_model_name_or_path in this file to {base}"
    )
    write_json(file, {**json.loads(file.read_text()), "base_model_name_or_path": base})
    check_adapter(folder, base)


def test_of_a_runs_base_the_model_counts(adapter, tmp_path):
    coder = base_of_a_run(tmp_path / "a", CODER)
    with pytest.raises(UserError, match=r"an adapter of .*Qwen2\.5-0\.5B-Instruct, not of"):
        check_adapter(adapter(PLAIN), coder)
    with pytest.raises(UserError, match="an adapter of"):
        check_adapter(adapter(str(base_of_a_run(tmp_path / "b", PLAIN))), coder)
    check_adapter(adapter(str(base_of_a_run(tmp_path / "c", CODER))), coder)
    check_adapter(adapter("/gone/runs/r/base"), coder)  # which one it was cannot be told


@pytest.mark.parametrize(
    ("named", "base"),
    [
        (None, CODER),
        (CODER, "/models/qwen2.5-coder-0.5b-instruct"),
        (CODER, f"/c/models--{CODER.replace('/', '--')}/snapshots/0123abcd"),
        ("/before/runs/r/saves/sft/merged", "/after/runs/r/saves/sft/merged"),
        (PLAIN, ""),
    ],
)
def test_a_model_that_lies_elsewhere_is_no_other(adapter, named, base):
    assert check_adapter(adapter(named), base) is None


def test_what_was_recorded_of_the_base_counts_more_than_its_name(adapter, tmp_path):
    renamed = tmp_path / "my-model"
    write_json(renamed / "config.json", {})
    folder = adapter("/gone/her-model")
    with pytest.raises(UserError, match="an adapter of /gone/her-model"):
        check_adapter(folder, renamed)
    write_json(folder / "inputs.json", {"base": fingerprint(renamed)})
    check_adapter(folder, renamed)


def test_a_pointer_has_the_name_of_what_it_points_to(tmp_path):
    write_json(tmp_path / "base" / POINTER, {"name_or_path": CODER, "local": False})
    assert model_name(tmp_path / "base") == "qwen2.5-coder-0.5b-instruct"
