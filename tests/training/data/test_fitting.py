"""Models that are laid over a profile, and whether they can be had and are asked as they are trained."""

from __future__ import annotations

import json
import shutil
from types import SimpleNamespace

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_text
from vgpt2.settings import CONFIGS, load_profile, model_names, model_overlay, read_yaml
from vgpt2.training.data.fitting import check_model, template_fault
from vgpt2.training.data.preflight import preflight


@pytest.mark.parametrize("name", model_names())
def test_a_model_by_its_name(name):
    said = read_yaml(CONFIGS / "models" / f"{name}.yaml")
    assert said["licence"] and said["description"]
    profile, plain = load_profile("a6000", name), load_profile("a6000")
    assert profile.model.model_dump() == {**plain.model.model_dump(), **said["model"]}
    assert profile.data == plain.data
    assert ("quantization_bit" in profile.train.common) is ("qlora" in name)


def test_a_folder_a_name_of_the_hub_and_a_file_of_ones_own(tmp_path):
    assert model_overlay("") == {}
    for model in (str(tmp_path), "owner/model"):
        found = load_profile("cpu", model).model
        assert (found.source, found.name_or_path, found.template) == ("hub", model, "smollm2")
    mine = tmp_path / "mine.yaml"
    write_text(mine, "description: mine\nmodel: {source: hub, name_or_path: /m, template: llama3}\n")
    assert load_profile("cpu", str(mine)).model.template == "llama3"
    write_text(mine, "modle: {}\n")
    with pytest.raises(UserError, match=r"MODEL=.*mine.yaml over .*cpu.yaml: unknown key 'modle'; did you"):
        load_profile("cpu", str(mine))


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("qwen2.5-7", "no such model; give a folder, a .yaml file, owner/model .*; did you mean 'qwen2.5-7b'"),
        ("no/such.yaml", "MODEL=no/such.yaml: no such file"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_said(model, said):
    with pytest.raises(UserError, match=said):
        load_profile("cpu", model)


@pytest.fixture(scope="module")
def tokenizer(tiny_base):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_base)


def fault(tokenizer, name):
    from llamafactory.data import TEMPLATES

    return template_fault(TEMPLATES[name], tokenizer, name)


def test_a_template_that_writes_as_the_model_is_asked_fits(tokenizer):
    assert fault(tokenizer, "qwen") == ""


def test_one_that_writes_otherwise_is_said_with_those_that_fit(tokenizer):
    said = fault(tokenizer, "llama3")
    assert said.startswith("template llama3 trains on '<|im_start|><|start_header_id|>system<|end_header_id|>")
    assert "the model's own chat template asks '<|im_start|>system\\nYou write T-SQL.<|im_end|>" in said
    assert "chatml" in said.partition("as it does: ")[2]


def test_a_model_without_a_chat_template_is_none_to_ask(tokenizer, monkeypatch):
    monkeypatch.setattr(tokenizer, "chat_template", None)
    assert fault(tokenizer, "qwen") == "the tokenizer has no chat template; take the model's instruct form"


def test_preflight_stops_at_it(run_dir, settings, tiny_base):
    from vgpt2.training.config import stage_config

    settings.profile.model.template = "vicuna"
    config = stage_config("sft", settings.profile, 7, run_dir / "data", str(tiny_base), run_dir / "saves")
    report = preflight("sft", config)
    assert not report.ok
    assert report.error().message.startswith("preflight sft: template: 1, limit 0: template vicuna trains on")


def test_a_model_that_cannot_be_had_is_a_line(tiny_base, tmp_path, monkeypatch):
    check_model(str(tiny_base))
    # The hub's client tries again and again; only what it waits for in between is left out.
    monkeypatch.setattr("huggingface_hub.utils._http.time", SimpleNamespace(sleep=lambda seconds: None))
    with pytest.raises(UserError, match="model owner/none: the hub cannot be reached, and there is no copy here"):
        check_model("owner/none")
    shutil.copytree(tiny_base, tmp_path / "own")
    config = json.loads((tmp_path / "own/config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config"}}
    (tmp_path / "own/config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=r"own: it needs code of its own .trust_remote_code., which is never run here"):
        check_model(str(tmp_path / "own"))


def test_a_licence_to_accept_and_a_name_that_nobody_knows(monkeypatch):
    """As the hub's client raises them: no hub is asked here."""
    import httpx
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
    from transformers import AutoConfig

    answer = httpx.Response(403, request=httpx.Request("GET", "https://hub/owner/model"))
    for kind, said in ((GatedRepoError, "its licence must be accepted"), (RepositoryNotFoundError, "the hub knows no")):

        def refuse(name, kind=kind, **said):
            try:
                raise kind("no", response=answer)
            except kind as cause:
                raise OSError(f"cannot load {name}") from cause

        monkeypatch.setattr(AutoConfig, "from_pretrained", refuse)
        with pytest.raises(UserError, match=f"model owner/model: {said}"):
            check_model("owner/model")
