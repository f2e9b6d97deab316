"""GGUF files, read by another reader than the one that wrote them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from vgpt2.errors import GateError, UserError
from vgpt2.files import write_json
from vgpt2.inference import gguf_model
from vgpt2.inference.bounded.remote import NAMES_ALONE
from vgpt2.inference.prompts import Prompt
from vgpt2.training.export import gguf_export
from vgpt2.training.export.gguf_export import check_kind, check_tokens, find_converter, read_back
from vgpt2.training.export.gguf_file import Unknown, _cut, write_gguf

NO_LLAMA_CPP = pytest.mark.skipif(not gguf_model.can_ask(), reason="llama-cpp-python is not installed")


@pytest.fixture(scope="module")
def models(tiny_base, tmp_path_factory) -> dict[str, Path]:
    """A folder of each family: the tiny Qwen2, and a Llama with fewer key heads, no tied weights and its tokenizer."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("llama")
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    config = LlamaConfig(
        vocab_size=4096, hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=False, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return {"qwen2": tiny_base, "llama": folder}


@pytest.mark.parametrize("family", ["qwen2", "llama"])
def test_every_weight_comes_back_as_it_was(models, tmp_path, family):
    import torch
    from transformers import AutoModelForCausalLM

    write_gguf(models[family], "f32", tmp_path / "model.gguf", "t")
    read_back(tmp_path / "model.gguf", models[family], tmp_path / "back")
    wanted = AutoModelForCausalLM.from_pretrained(models[family]).state_dict()
    found = AutoModelForCausalLM.from_pretrained(tmp_path / "back").state_dict()
    assert found.keys() == wanted.keys()
    assert all(torch.equal(found[name], value) for name, value in wanted.items())


def test_a_file_says_what_llama_cpp_must_know(models, tmp_path):
    from gguf import GGUFReader

    write_gguf(models["qwen2"], "q8_0", tmp_path / "model.gguf", "t")
    reader = GGUFReader(tmp_path / "model.gguf")
    said = {key: field.contents() for key, field in reader.fields.items()}
    assert (said["tokenizer.ggml.model"], said["tokenizer.ggml.pre"]) == ("gpt2", "gpt-2")
    ends = said["tokenizer.ggml.tokens"][said["tokenizer.ggml.eos_token_id"]]
    assert ends == "<|im_end|>" and said["tokenizer.ggml.token_type"][said["tokenizer.ggml.eos_token_id"]] == 3
    assert said["tokenizer.ggml.add_bos_token"] is False
    assert said["tokenizer.chat_template"] == (models["qwen2"] / "chat_template.jinja").read_text("utf-8")
    kinds = {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}
    assert (kinds["blk.0.attn_q.weight"], kinds["blk.0.attn_q.bias"]) == ("Q8_0", "F32")
    assert (tmp_path / "model.gguf").stat().st_size < 0.3 * (models["qwen2"] / "model.safetensors").stat().st_size + 3e5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_type": "gpt2"}, "a model of the type gpt2, known are qwen2 and llama"),
        ({"rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}}, r"is scaled \(linear\)"),
    ],
)
def test_what_the_writer_does_not_know_is_left_to_the_converter(models, tmp_path, monkeypatch, change, said):
    shutil.copytree(models["qwen2"], tmp_path / "other")
    config = json.loads((tmp_path / "other/config.json").read_text())
    write_json(tmp_path / "other/config.json", config | change)
    with pytest.raises(Unknown, match=said):
        write_gguf(tmp_path / "other", "f16", tmp_path / "model.gguf", "t")
    monkeypatch.delenv("LLAMA_CPP", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"llama.cpp's converter knows more: set LLAMA_CPP to its folder"):
        gguf_export._write(tmp_path / "other", "f16", tmp_path / "model.gguf", "t")
    monkeypatch.setenv("LLAMA_CPP", str(tmp_path))
    with pytest.raises(UserError, match=r"LLAMA_CPP=.*: no convert_hf_to_gguf.py in it"):
        find_converter()


def test_a_tokenizer_that_is_written_as_another_kind_is_found_before_it_is_asked(tmp_path):
    from gguf import GGUFWriter

    write_json(
        tmp_path / "tokenizer.json", {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}]}}
    )
    for said in ("gpt2", "llama"):
        writer = GGUFWriter(tmp_path / f"{said}.gguf", "llama")
        writer.add_tokenizer_model(said)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        writer.close()
    check_kind(tmp_path / "gpt2.gguf", tmp_path)
    with pytest.raises(
        GateError, match=r"llama.gguf: the model's tokenizer is a byte-level BPE, in this file it is 'llama'"
    ):
        check_kind(tmp_path / "llama.gguf", tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    check_kind(tmp_path / "llama.gguf", tmp_path)


def test_how_a_tokenizer_cuts_is_told_by_what_it_does():
    level = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True}
    digits = {"type": "Digits", "individual_digits": True}
    assert _cut(level, Path("m")) == "gpt-2"
    assert _cut({"type": "Sequence", "pretokenizers": [digits, level]}, Path("m")) == "smollm"
    with pytest.raises(Unknown, match="cuts texts in a way of its own"):
        _cut({"type": "Sequence", "pretokenizers": [digits, {**level, "add_prefix_space": True}]}, Path("m"))


def test_without_llama_cpp_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(gguf_model, "can_ask", lambda: False)
    with pytest.raises(UserError, match=r"llama.cpp is not here to ask it; pip install llama-cpp-python"):
        gguf_model.GgufModel(tmp_path / "model.gguf")


@NO_LLAMA_CPP
def test_llama_cpp_cuts_prompts_as_training_did_and_another_tokenizer_is_found_out(models, tmp_path):
    prompt = Prompt("You write T-SQL.", "How many jobs, since 2024-01-31?", "APTH(APCo, Mth)  key APCo")
    write_gguf(models["qwen2"], "f32", tmp_path / "model.gguf", "t")
    model = gguf_model.GgufModel(tmp_path / "model.gguf", 8)
    check_tokens(model, models["qwen2"], [prompt])
    assert [answer.index for answer in model.answer([prompt])] == [0]
    shutil.copytree(models["qwen2"], tmp_path / "other")
    tokenizer = json.loads((tmp_path / "other/tokenizer.json").read_text("utf-8"))
    tokenizer["model"]["merges"] = tokenizer["model"]["merges"][:5]
    write_json(tmp_path / "other/tokenizer.json", tokenizer)
    with pytest.raises(GateError, match=r"its tokenizer writes .* this file is no use"):
        check_tokens(model, tmp_path / "other", [prompt])


@NO_LLAMA_CPP
def test_llama_cpp_answers_by_the_grammar_where_the_exam_does(models, tmp_path, sample, monkeypatch):
    prompt = Prompt("You write T-SQL.", "Jobs?", "Schema:\nAPTH(APCo, Mth date) key APCo, Mth", ("dbo.APTH",))
    write_gguf(models["qwen2"], "f32", tmp_path / "model.gguf", "t")
    model = gguf_model.GgufModel(tmp_path / "model.gguf", 24)
    (free,) = model.answer([prompt])
    assert "decode" not in model.settings and not free.note
    (bounded,) = model.bounded("grammar", sample).answer([prompt])
    assert model.settings["decode"] == "grammar" and not bounded.note
    # What such a model says is prose; that the grammar reaches llama.cpp shows one of two words.
    monkeypatch.setattr(model._bounds, "grammar", lambda prompt: ('root ::= "APTH" | "ARTH"', ""))
    assert next(model.answer([prompt])).text in ("APTH", "ARTH")
    (named,) = model.bounded("names", sample).answer([prompt])
    assert (named.text, named.note) == (free.text, NAMES_ALONE)
