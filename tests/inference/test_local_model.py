"""A model of this machine: the prompt is LLaMA-Factory's, answers do not depend on the batch."""

import pytest

from vgpt2.errors import UserError
from vgpt2.inference import decode
from vgpt2.inference.draws import Drawn
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt
from vgpt2.settings import load_profile
from vgpt2.training.base.tokenizer import chat_template

PROMPTS = [
    Prompt("You write T-SQL.", "What is the key of APTH?", "Schema:\nAPTH(APCo, Mth, APTrans) key APCo, Mth, APTrans"),
    Prompt("You write T-SQL.", "Sum InvTotal."),
    Prompt("You write T-SQL.", "Which columns has the table of AP invoices, and of which types are they? é \t x"),
]


@pytest.mark.parametrize("name", ["qwen", "smollm2"])
def test_the_prompt_is_what_llamafactory_trains_on(tiny_model, name):
    from llamafactory.data.template import TEMPLATES
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
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


def test_an_answer_does_not_depend_on_its_batch(tiny_model, monkeypatch):
    together = {a.index: a.text for a in LocalModel(tiny_model, batch_size=3, max_new_tokens=12).answer(PROMPTS)}
    alone = {a.index: a.text for a in LocalModel(tiny_model, batch_size=1, max_new_tokens=12).answer(PROMPTS)}
    assert together == alone
    # prompts of a batch are read in parts
    monkeypatch.setattr(decode, "READ", 2)
    assert {a.index: a.text for a in LocalModel(tiny_model, batch_size=3, max_new_tokens=12).answer(PROMPTS)} == alone


def test_answers_are_those_of_generate(tiny_model):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, tokenizer = (
        LocalModel(tiny_model, batch_size=3, max_new_tokens=20),
        AutoTokenizer.from_pretrained(tiny_model),
    )
    plain = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    for answer in model.answer(PROMPTS):
        encoded = tokenizer(model.text(PROMPTS[answer.index]), return_tensors="pt", add_special_tokens=False)
        ids = plain.generate(encoded["input_ids"], max_new_tokens=20, do_sample=False)[
            0, encoded["input_ids"].shape[1] :
        ]
        assert answer.text == tokenizer.decode(ids, skip_special_tokens=True).strip()


def test_an_answer_ends_at_its_end_token_and_not_with_its_first_query(tiny_model):
    model = LocalModel(tiny_model, max_new_tokens=40)
    said = model._tokenizer("Plan.\n```sql\nSELECT 1\n```\nmore", add_special_tokens=False)["input_ids"]
    assert not any(model._done(said[:place]) for place in range(len(said) + 1))
    assert model._done([*said, model._tokenizer.eos_token_id])


LONG = 150  # tokens: more than the cache has room for at first


@pytest.fixture(scope="module")
def generated(tiny_model):
    """The first LONG tokens that transformers' own `generate` gives to each prompt, and its tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model, tokenizer = LocalModel(tiny_model), AutoTokenizer.from_pretrained(tiny_model)
    plain = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    found = []
    for prompt in PROMPTS:
        encoded = tokenizer(model.text(prompt), return_tensors="pt", add_special_tokens=False)["input_ids"]
        ids = plain.generate(encoded, max_new_tokens=LONG, do_sample=False)[0, encoded.shape[1] :]
        found.append((encoded.shape[1], ids.tolist()))
    return found, tokenizer


def test_long_answers_are_those_of_generate(tiny_model, generated, monkeypatch):
    found, tokenizer = generated
    monkeypatch.setattr(decode, "READ", 1)
    whole = {
        answer.index: answer.text
        for answer in LocalModel(tiny_model, batch_size=3, max_new_tokens=LONG).answer(PROMPTS)
    }
    assert whole == {
        index: tokenizer.decode(ids, skip_special_tokens=True).strip() for index, (_, ids) in enumerate(found)
    }


@pytest.mark.parametrize("ends", [[20, 90, 150], [150, 90, 20], [90, 20, 150], [20, 20, 150]])
def test_long_answers_are_those_of_generate_as_rows_leave(ends, tiny_model, generated, monkeypatch):
    """Rows end one after another, so that others take their place."""
    found, tokenizer = generated
    model = LocalModel(tiny_model, batch_size=3, max_new_tokens=LONG)
    monkeypatch.setattr(decode, "READ", 1)
    # `ends`: tokens of the answers in the order of their rows: longest prompt first
    order = sorted(range(3), key=lambda index: -found[index][0])
    wanted = {index: found[index][1][:end] for index, end in zip(order, ends, strict=True)}
    rows = {}  # a row's list of tokens, in the order in which they are first looked at
    monkeypatch.setattr(model, "_done", lambda tokens: len(tokens) == ends[rows.setdefault(id(tokens), len(rows))])
    short = {answer.index: (answer.text, answer.tokens) for answer in model.answer(PROMPTS)}
    assert short == {
        index: (tokenizer.decode(ids, skip_special_tokens=True).strip(), len(ids)) for index, ids in wanted.items()
    }


def test_answers_come_when_they_are_complete(tiny_model, monkeypatch):
    model = LocalModel(tiny_model, batch_size=3, max_new_tokens=40)
    asked = []
    monkeypatch.setattr(model, "_done", lambda tokens: asked.append(1) or len(asked) == 2)
    first = next(model.answer(PROMPTS))
    assert (first.tokens, len(asked)) == (1, 2)


def test_tokens_are_those_that_were_decoded(tiny_model):
    for answer in LocalModel(tiny_model, max_new_tokens=5).answer(PROMPTS):
        assert 0 < answer.tokens <= 5


def test_a_limit_of_the_question_is_kept_and_cannot_be_over_the_models(tiny_model):
    model = LocalModel(tiny_model, max_new_tokens=5)
    assert [max(a.tokens for a in model.answer(PROMPTS, limit)) for limit in (2, 5, 9)] == [2, 5, 5]


@pytest.fixture(scope="module")
def adapters(tiny_model, tmp_path_factory):
    """Two LoRA adapters of the base, with weights that change its answers."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folders = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        config = LoraConfig(r=4, lora_alpha=64, target_modules="all-linear", task_type="CAUSAL_LM")
        model = get_peft_model(AutoModelForCausalLM.from_pretrained(tiny_model), config)
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight, std=0.05)
        folders.append(tmp_path_factory.mktemp(f"checkpoint-{seed}"))
        model.save_pretrained(folders[-1])
    return folders


def weights(model):
    """The bytes of every weight by name."""
    return {name: value.numpy().tobytes() for name, value in model._model.state_dict().items()}


def test_adapters_change_on_one_loaded_base_and_leave_no_trace(tiny_model, adapters):
    first, second = adapters
    model = LocalModel(tiny_model, max_new_tokens=12)
    plain = weights(model)
    for chosen in ([first], [second], [first, second], [second], []):
        fresh = LocalModel(tiny_model, chosen, max_new_tokens=12)
        assert model.with_adapters(chosen) is model
        assert weights(model) == weights(fresh)
        assert (model.model, model.fingerprint) == (fresh.model, fresh.fingerprint)
        assert list(model.answer(PROMPTS)) == list(fresh.answer(PROMPTS))
    assert weights(model) == plain
    assert len({str(weights(LocalModel(tiny_model, [item]))) for item in adapters}) == 2
    # one that was loaded with an adapter finds its base as well
    assert weights(LocalModel(tiny_model, [first]).with_adapters([second])) == weights(LocalModel(tiny_model, [second]))


def test_an_adapter_that_does_not_fit_leaves_the_base(tiny_model, adapters, tmp_path):
    import shutil

    shutil.copytree(adapters[0], tmp_path / "broken")
    (tmp_path / "broken" / "adapter_model.safetensors").write_bytes(b"half")
    model = LocalModel(tiny_model, max_new_tokens=4)
    plain = weights(model)
    with pytest.raises(UserError, match="broken: cannot be merged into") as error:
        model.with_adapters([tmp_path / "broken"])
    assert "\n" not in str(error.value)
    assert (weights(model), model.model) == (plain, str(tiny_model))
    with pytest.raises(UserError, match="no such model folder"):
        model.with_adapters(["nowhere"])
    assert weights(model.with_adapters(adapters[:1])) == weights(LocalModel(tiny_model, adapters[:1]))


def test_the_template_is_the_one_of_training_from_the_base_to_a_merged_stage(tiny_model, adapters, tmp_path):
    from vgpt2.files import digest
    from vgpt2.training.merge import merge

    merge(str(tiny_model), adapters[0], tmp_path / "merged", [{"stage": "sft", "model": "merged"}])
    trained_on = digest(chat_template(load_profile("tiny").model.template))
    assert [LocalModel(path).template_hash for path in (tiny_model, tmp_path / "merged")] == [trained_on] * 2


@pytest.mark.parametrize(("path", "message"), [("nowhere", "no such model folder"), (".", "not a model folder")])
def test_a_missing_model_is_an_error(path, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=message):
        LocalModel(path)


def test_a_missing_adapter_is_an_error(tiny_model):
    with pytest.raises(UserError, match="no such model folder"):
        LocalModel(tiny_model, ["nowhere"])


def test_half_a_model_is_one_line(tiny_model, tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UserError, match="cannot be loaded as a model") as error:
        LocalModel(tmp_path)
    assert "\n" not in str(error.value)


def test_weights_laid_out_for_the_cpu_multiply_alike(tiny_model):
    import torch
    from torch import nn

    from vgpt2.inference.packed import pack, unpack

    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(24, 40), nn.Linear(40, 8, bias=False))
    rows = torch.randn(5, 7, 24)
    with torch.no_grad():
        plain = model(rows)
        pack(model)
        assert all("forward" in vars(layer) for layer in model)
        assert torch.allclose(model(rows), plain, atol=1e-5)
        unpack(model)
        assert torch.equal(model(rows), plain)
        pack(model.half())
    assert not any("forward" in vars(layer) for layer in model)


def test_the_likelihood_of_an_answer_is_the_models_own(tiny_model, monkeypatch):
    import torch

    model = LocalModel(tiny_model, batch_size=3, max_new_tokens=12)
    written = []
    monkeypatch.setattr(model, "said", lambda tokens: written.append(list(tokens)) or "")
    for answer in model.answer(PROMPTS, drawn=Drawn(0.9, [3, 4, 5]), weighed=True):
        ids, said = model.encode(PROMPTS[answer.index]), written[-1]
        with torch.no_grad():
            logits = model.network(torch.tensor([ids + said])).logits[0, len(ids) - 1 : -1]
        chances = logits.log_softmax(-1)[range(len(said)), said]
        assert answer.likelihood == pytest.approx(float(chances.mean()), abs=1e-4)
    assert all(answer.likelihood == 0.0 for answer in model.answer(PROMPTS))


def test_a_prompt_that_is_answered_several_times_is_read_once(tiny_model, monkeypatch):
    asked = [PROMPTS[index] for index in (0, 1, 0, 2, 0, 1)]
    model = LocalModel(tiny_model, batch_size=6, max_new_tokens=LONG)
    alone = {a.index: a.text for a in LocalModel(tiny_model, batch_size=1, max_new_tokens=LONG).answer(asked)}
    read = []
    forward = decode.forward

    def counted(network, tokens, *others):
        read.append(tokens.shape)
        return forward(network, tokens, *others)

    monkeypatch.setattr(decode, "forward", counted)
    drawn = Drawn(0.7, [11, 12, 13, 14, 15, 16])
    together = [{a.index: a.text for a in model.answer(asked, drawn=how)} for how in (None, drawn)]
    assert together[0] == alone
    assert [rows for rows, width in read if width > 1] == [3, 3]  # greedy, then drawn
    assert len({together[1][index] for index in (0, 2, 4)}) == 3, "each is drawn by a seed of its own"
