import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.training.trained import STAGES, as_tiny, long, new_run, once, train

from vgpt2.files import write_json
from vgpt2.settings import Settings, load_profile
from vgpt2.training.base.base_model import make_base

FIXTURES = Path(__file__).parents[1] / "fixtures" / "training"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory) -> Path:
    """The made-up Qwen2 with a tokenizer trained on a few names."""

    def make(folder: Path) -> None:
        catalog = folder / "catalog.json"
        tables = [{"name": "APTH", "description": "AP invoices"}, {"name": "ARTH"}, {"name": "JCCD"}]
        write_json(catalog, {"tables": tables})
        make_base(load_profile("tiny").model, 7, catalog, folder / "base")

    return once(tmp_path_factory, "tiny-base", make) / "base"


@pytest.fixture(scope="session")
def left_alone(tmp_path_factory, tiny_base) -> Callable[[str], Path]:
    """A run whose stages were trained as `long` says, one process each, and never ended, at least as far as this stage;
    not to be changed."""

    def as_far_as(last: str) -> Path:
        run, base = once(tmp_path_factory, "left-alone", lambda folder: new_run(folder, long(as_tiny()))), tiny_base
        with pytest.MonkeyPatch.context() as patch:
            be_quiet(patch)
            for stage in STAGES[: STAGES.index(last) + 1]:
                once(tmp_path_factory, f"left-alone-{stage}", lambda _, stage=stage, base=base: train(run, stage, base))
                base = run / "gates" / f"{stage}.json"
        return run

    return as_far_as


@pytest.fixture
def settings() -> Settings:
    """Profile tiny, for a run whose data are a dozen rows."""
    return as_tiny()


@pytest.fixture
def run_dir(tmp_path, settings) -> Path:
    """A run with registered data and settings, and nothing trained."""
    return new_run(tmp_path / "run", settings)


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


def be_quiet(patch: pytest.MonkeyPatch) -> None:
    """No hub, and LLaMA-Factory's warnings only."""
    for name, value in {"HF_HUB_OFFLINE": "1", "LLAMAFACTORY_VERBOSITY": "ERROR"}.items():
        patch.setitem(os.environ, name, value)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """As `be_quiet` says."""
    be_quiet(monkeypatch)
