"""A small run as the chain leaves it: a tiny base, a stage that was trained and merged, another in training."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from vgpt2.files import sha256, write_json, write_text
from vgpt2.settings import Settings, load_profile
from vgpt2.training.base.base_model import make_base
from vgpt2.training.export.export import copy_model
from vgpt2.training.lineage import read_start
from vgpt2.training.merge import merge


@pytest.fixture(scope="session")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be changed."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    run = tmp_path_factory.mktemp("runs") / "r"
    profile = load_profile("tiny")
    settings = Settings(run="r", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=profile)
    write_json(run / "settings.json", settings.model_dump())
    tables = [{"name": "APTH", "description": "AP invoices"}, {"name": "ARTH"}, {"name": "JCCD"}]
    write_json(run / "catalog.json", {"tables": tables})
    make_base(profile.model, 7, run / "catalog.json", run / "base")
    torch.manual_seed(3)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(run / "base"),
        LoraConfig(r=2, target_modules="all-linear", init_lora_weights=False),
    )
    sft = run / "saves" / "sft"
    model.save_pretrained(sft)
    start = read_start(run / "base")
    merge(start.model, sft, sft / "merged", [*start.lineage, {"stage": "sft", "model": str(sft / "merged")}])
    write_json(sft / ".done", {"stage": "sft"})
    write_text(sft / "checkpoint-4" / "trainer_state.json", "old")
    write_text(sft / "train.log", "{'loss': '0.5'}\n")
    write_text(sft / "cache" / "x.arrow", "made again by the loader")
    write_text(run / "gguf" / "model.gguf", "made again by make gguf")
    write_text(run / "saves" / "sft.old-1" / "adapter_model.safetensors", "another training")
    (run / "export").mkdir()
    copy_model(read_start(sft / "merged"), run / "export")
    write_json(run / "export" / ".done", {})
    dpo = run / "saves" / "dpo"
    for step, best in ((2, 2), (4, 4), (6, 4)):
        whole_checkpoint(dpo, step, best)
    write_text(dpo / "checkpoint-8" / "trainer_state.json", '{"global_st')
    write_text(run / "data" / ".sft.jsonl.99.tmp", "half")
    write_text(run / "data" / "sft.jsonl", '{"id": "a"}\n')
    return run


def whole_checkpoint(folder: Path, step: int, best: int) -> None:
    """A checkpoint of random weights with all that belongs to it."""
    import torch
    from safetensors.torch import save_file

    place = folder / f"checkpoint-{step}"
    place.mkdir(parents=True)
    save_file({"weight": torch.full((8,), float(step))}, place / "adapter_model.safetensors")
    for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth"):
        torch.save({"step": step}, place / name)
    write_json(place / "trainer_state.json", {"global_step": step, "best_global_step": best})


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The URL of what plays S3 on this machine, out of the environment that `make test` makes for it."""
    lock = Path(__file__).parents[3] / "automation" / "tools" / "s3.txt"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    tool = cache / "vgpt2" / f"tool-s3-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not (tool / ".done").exists():
        pytest.skip(f"{tool} is not there; make test makes it")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [tool / "bin" / "moto_server", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
    while not answers(f"{url}/moto-api/"):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    yield url
    process.terminate()
    process.wait()


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(url):
            return True
    except OSError:
        return False


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of a bucket that is there; without the package that fsspec has for it, as after a user's set-up."""
    monkeypatch.setitem(sys.modules, "s3fs", None)
    told = {"AWS_ENDPOINT_URL": s3_server, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, value in {**told, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with urllib.request.urlopen(urllib.request.Request(f"{s3_server}/bucket", method="PUT")):
        return "s3://bucket/runs"


@pytest.fixture
def run(made_run: Path, tmp_path: Path) -> Path:
    """A copy of the run, times kept."""
    shutil.copytree(made_run, tmp_path / "runs" / "r")
    return tmp_path / "runs" / "r"


def state(run: Path) -> dict[str, tuple[str, int]]:
    """Hash and time of every file of a run."""
    files = sorted(path for path in run.rglob("*") if path.is_file())
    return {path.relative_to(run).as_posix(): (sha256(path), path.stat().st_mtime_ns) for path in files}
