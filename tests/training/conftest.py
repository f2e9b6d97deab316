import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vgpt2.files import write_json
from vgpt2.settings import Settings, load_profile
from vgpt2.training.base.base_model import make_base
from vgpt2.training.data.register import register

FIXTURES = Path(__file__).parents[1] / "fixtures" / "training"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory) -> Path:
    """The made-up Qwen2 with a tokenizer trained on a few names."""
    folder = tmp_path_factory.mktemp("base")
    catalog = folder / "catalog.json"
    write_json(
        catalog, {"tables": [{"name": "APTH", "description": "AP invoices"}, {"name": "ARTH"}, {"name": "JCCD"}]}
    )
    make_base(load_profile("tiny").model, 7, catalog, folder / "base")
    return folder / "base"


@pytest.fixture
def settings() -> Settings:
    """Profile tiny, for a run whose data are a dozen rows."""
    profile = load_profile("tiny")
    return Settings(run="t", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=profile)


@pytest.fixture
def run_dir(tmp_path, settings) -> Path:
    """A run with registered data and settings, and nothing trained."""
    shutil.copytree(FIXTURES / "data", tmp_path / "run" / "data")
    register(tmp_path / "run" / "data", "vgpt2_v3", tmp_path / "run" / "data" / "dataset_info.json")
    write_json(tmp_path / "run" / "settings.json", settings.model_dump())
    return tmp_path / "run"


@pytest.fixture
def checkpoint() -> Callable[..., Path]:
    """Writes a small checkpoint with all that a training goes on from."""

    def write(folder: Path, step: int, **state) -> Path:
        import torch
        from safetensors.torch import save_file

        place = folder / f"checkpoint-{step}"
        place.mkdir(parents=True)
        save_file({"weight": torch.zeros(8)}, place / "adapter_model.safetensors")
        for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
            torch.save({"step": step}, place / name)
        write_json(place / "trainer_state.json", {"global_step": step, **state})
        return place

    return write


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No hub, and LLaMA-Factory's warnings only."""
    for name, value in {"HF_HUB_OFFLINE": "1", "LLAMAFACTORY_VERBOSITY": "ERROR"}.items():
        monkeypatch.setitem(os.environ, name, value)
