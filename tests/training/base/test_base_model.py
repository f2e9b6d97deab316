import json
import os
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.model_folder import fingerprint, resolve, whole_folder
from vgpt2.settings import ModelSettings, load_profile
from vgpt2.training.base import base_model, embedded
from vgpt2.training.base.base_model import base_name, make_base
from vgpt2.training.base.tiny import texts
from vgpt2.training.base.tokenizer import chat_template

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


@pytest.mark.parametrize(("answers", "pointer"), [(True, True), (False, False)])
def test_the_hubs_own_weights_are_taken_where_it_answers(tmp_path, monkeypatch, answers, pointer):
    monkeypatch.setattr(base_model, "on_hub", lambda name: answers and name == "Qwen/Qwen2.5-Coder-0.5B-Instruct")
    monkeypatch.setattr(base_model, "copy_embedded", lambda model, output: f"{model.name} out of packages")
    model = ModelSettings(source="qwen2.5-coder-0.5b", template="qwen")
    said = make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    assert said.endswith("used where it is" if pointer else "out of packages")
    assert (tmp_path / "base" / "pointer.json").exists() == pointer


@pytest.mark.parametrize(
    ("source", "path", "said"),
    [
        ("hub", "/models/mine", "/models/mine"),
        ("smollm2", "", "HuggingFaceTB/SmolLM2-135M-Instruct"),
        ("qwen2.5-coder-0.5b", "", "Qwen/Qwen2.5-Coder-0.5B-Instruct"),
        ("tiny", "", "a made-up Qwen2 of about a million weights"),
    ],
)
def test_what_a_base_model_is_called(source, path, said):
    assert base_name(source, path) == said


def test_fingerprint_changes_with_the_model(tmp_path, tiny_base):
    assert fingerprint(tiny_base) == fingerprint(tiny_base)
    assert fingerprint("Qwen/Qwen2.5-7B-Instruct") != fingerprint(tiny_base)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "ends", "said"),
    [
        ("cpu", (2, 0), "The capital of France is Paris.<|im_end|>"),
        ("cpu-qwen", (151645, 151643), "The capital of France is Paris.<|im_end|>"),
    ],
)
def test_an_embedded_model_comes_with_its_ends_and_speaks(tmp_path, monkeypatch, profile, ends, said):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    monkeypatch.setattr(base_model, "on_hub", lambda _: False)
    settings = load_profile(profile).model
    make_base(settings, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "base")
    assert (tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.clean_up_tokenization_spaces) == (*ends, False)
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "base")
    assert model.generation_config.eos_token_id == ends[0]
    assert model.num_parameters() == embedded.models()[settings.source].weights
    question = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    answer = model.generate(**prompt, max_new_tokens=16, do_sample=False)[0][prompt["input_ids"].shape[1] :]
    assert tokenizer.decode(answer) == said


# As Llama 3.1 writes a question: with dates before the system prompt, and with the system prompt trimmed.
DATED = (
    "{{- bos_token }}{%- if messages[0]['role'] == 'system' %}{%- set system = messages[0]['content']|trim %}"
    "{%- set messages = messages[1:] %}{%- else %}{%- set system = '' %}{%- endif %}"
    "{{- '<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n' }}"
    "{{- 'Today Date: 26 Jul 2024\n\n'"
    " + system + '<|eot_id|>' }}{%- for message in messages %}{{- '<|start_header_id|>' + message['role'] +"
    " '<|end_header_id|>\n\n' + message['content']|trim + '<|eot_id|>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %}"
)


def test_a_model_whose_chat_template_writes_a_date_is_asked_as_it_is_trained(tmp_path, tiny_base):
    import shutil

    from llamafactory.data import TEMPLATES
    from transformers import AutoTokenizer

    from vgpt2.training.data.fitting import template_fault

    shutil.copytree(tiny_base, tmp_path / "llama")
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    tokenizer.add_special_tokens({"eos_token": "<|eot_id|>"})
    tokenizer.add_tokens(["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"], special_tokens=True)
    tokenizer.chat_template = DATED
    tokenizer.save_pretrained(tmp_path / "llama")
    own = (tmp_path / "llama" / "chat_template.jinja").read_bytes()
    said = template_fault(TEMPLATES["llama3"], tokenizer, "llama3")
    assert "Cutting Knowledge Date" in said
    assert "as it does: none, but model.chat_template: trained makes one of it (model.template)" in said

    model = ModelSettings(
        source="hub", name_or_path=str(tmp_path / "llama"), template="llama3", chat_template="trained"
    )
    said = make_base(model, 7, tmp_path / "no-catalog.json", tmp_path / "base")
    assert said.endswith("llama, asked by a chat template made of LLaMA-Factory's llama3")
    made = AutoTokenizer.from_pretrained(tmp_path / "base")
    assert template_fault(TEMPLATES["llama3"], made, "llama3") == ""
    assert made.get_vocab() == tokenizer.get_vocab()
    weights = "model.safetensors"
    assert (tmp_path / "base" / weights).read_bytes() == (tmp_path / "llama" / weights).read_bytes()
    assert (tmp_path / "llama" / "chat_template.jinja").read_bytes() == own
    with pytest.raises(UserError, match=r"model.template=lama3: LLaMA-Factory has no such template; did you mean"):
        make_base(model.model_copy(update={"template": "lama3"}), 7, tmp_path / "no.json", tmp_path / "other")
