"""A model of this machine: the prompt is LLaMA-Factory's, answers do not depend on the batch."""

import pytest

from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.local_model import LocalModel
from vgpt2.exam.prompts import Prompt
from vgpt2.settings import load_profile
from vgpt2.training.base_model import chat_template, make_base

PROMPTS = [
    Prompt("You write T-SQL.", "What is the key of APTH?", "Schema:\nAPTH(APCo, Mth, APTrans) key APCo, Mth, APTrans"),
    Prompt("You write T-SQL.", "Sum InvTotal."),
    Prompt("You write T-SQL.", "Which columns has the table of AP invoices, and of which types are they? é \t x"),
]


@pytest.fixture(scope="module")
def base(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    save(sample, folder / "catalog.json")
    make_base(load_profile("tiny").model, 1, folder / "catalog.json", folder / "model")
    return folder / "model"


@pytest.mark.parametrize("name", ["qwen", "smollm2"])
def test_the_prompt_is_what_llamafactory_trains_on(base, name):
    from llamafactory.data.template import TEMPLATES
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.chat_template = chat_template(name)
    for prompt in PROMPTS:
        # LLaMA-Factory joins instruction and input with a line end (AlpacaDatasetConverter).
        turns = [
            {"role": "user", "content": f"{prompt.instruction}\n{prompt.input}" if prompt.input else prompt.instruction}
        ]
        turns.append({"role": "assistant", "content": "answer"})
        wanted, _ = TEMPLATES[name].encode_oneturn(tokenizer, turns, prompt.system)
        text = tokenizer.apply_chat_template(prompt.messages(), tokenize=False, add_generation_prompt=True)
        assert tokenizer(text, add_special_tokens=False)["input_ids"] == wanted


def test_an_answer_does_not_depend_on_its_batch(base):
    together = {a.index: a.text for a in LocalModel(base, batch_size=3, max_new_tokens=12).answer(PROMPTS)}
    alone = {a.index: a.text for a in LocalModel(base, batch_size=1, max_new_tokens=12).answer(PROMPTS)}
    assert together == alone


def test_answers_are_those_of_generate(base):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, tokenizer = LocalModel(base, batch_size=3, max_new_tokens=20), AutoTokenizer.from_pretrained(base)
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    for answer in model.answer(PROMPTS):
        encoded = tokenizer(model.text(PROMPTS[answer.index]), return_tensors="pt", add_special_tokens=False)
        ids = plain.generate(encoded["input_ids"], max_new_tokens=20, do_sample=False)[
            0, encoded["input_ids"].shape[1] :
        ]
        assert answer.text == tokenizer.decode(ids, skip_special_tokens=True).strip()


def test_an_answer_ends_with_its_query(base, monkeypatch):
    model = LocalModel(base, max_new_tokens=40)
    said = model._tokenizer("Plan.\n```sql\nSELECT 1\n```\nmore", add_special_tokens=False)["input_ids"]
    ends = [place for place in range(1, len(said) + 1) if model._done(said[:place])]
    assert model._text(said[: ends[0]]) == "Plan.\n```sql\nSELECT 1\n```"


def test_tokens_are_those_that_were_decoded(base):
    for answer in LocalModel(base, max_new_tokens=5).answer(PROMPTS):
        assert 0 < answer.tokens <= 5


@pytest.mark.parametrize(("path", "message"), [("nowhere", "no such model folder"), (".", "not a model folder")])
def test_a_missing_model_is_an_error(path, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=message):
        LocalModel(path)


def test_a_missing_adapter_is_an_error(base):
    with pytest.raises(UserError, match="no such model folder"):
        LocalModel(base, ["nowhere"])


def test_half_a_model_is_one_line(base, tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UserError, match="cannot be loaded as a model") as error:
        LocalModel(tmp_path)
    assert "\n" not in str(error.value)
