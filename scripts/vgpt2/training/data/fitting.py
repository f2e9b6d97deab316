"""Whether a model can be had, and is asked as it is trained: LLaMA-Factory's template against its own chat template."""

from __future__ import annotations

from typing import Any

from vgpt2.errors import UserError, did_you_mean
from vgpt2.model_folder import NO_CODE, check_weights

ASKED = "How many jobs are open?"
SYSTEM = "You write T-SQL."


def check_model(name: str) -> None:
    """Stop where a model's settings and tokenizer cannot be read.

    Raises:
        UserError: a licence that must be accepted, a name that the hub does not know, no network, code of its own,
            or weights as a pickle.
    """
    from transformers import AutoConfig, AutoTokenizer

    check_weights(name)
    try:
        AutoConfig.from_pretrained(name, **NO_CODE)
        AutoTokenizer.from_pretrained(name, **NO_CODE)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise UserError(f"model {name}: {_why(error)}") from error


def _why(error: BaseException) -> str:
    """In our words what transformers and the hub say; they hand causes down."""
    kinds, texts, cause = set(), [], error
    while cause is not None:
        kinds.add(type(cause).__name__)
        texts.append(str(cause))
        cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]
    said = " ".join(texts)
    if "GatedRepoError" in kinds or "gated repo" in said:
        return "its licence must be accepted: do so on the hub, and set HF_TOKEN to a token of that account"
    if "trust_remote_code" in said:
        return "it needs code of its own (trust_remote_code), which is never run here; take one that transformers knows"
    if "RepositoryNotFoundError" in kinds or "is not a valid model identifier" in said:
        return "the hub knows no such model, or shows it to its owners alone (HF_TOKEN)"
    if kinds & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectionError"} or "couldn't connect" in said:
        return "the hub cannot be reached, and there is no copy here; MODEL=folder takes one from the disk"
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return f"cannot be read ({type(error).__name__}: {first})"


def template_fault(template: Any, tokenizer: Any, name: str) -> str:
    """Where LLaMA-Factory's template writes a question otherwise than the model's own chat template, by which exam,
    endpoint and export ask; empty where they agree."""
    if not tokenizer.chat_template:
        return "the tokenizer has no chat template; take the model's instruct form"
    trained = _as_trained(template, tokenizer)
    asked = _as_asked(tokenizer)
    if trained == asked:
        return ""
    alike = ", ".join(_alike(tokenizer, asked)) or "none, but model.chat_template: trained makes one of it"
    pairs = zip(trained, asked, strict=False)
    same = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(trained), len(asked)))
    first = max(0, same - 4)  # a little of what is the same, so that the place is known
    return (
        f"template {name} trains on {tokenizer.decode(trained[first:])[:60]!r}, the model's own chat template asks"
        f" {tokenizer.decode(asked[first:])[:60]!r}; templates of LLaMA-Factory that write as it does:"
        f" {alike} (model.template)"
    )


def jinja_of(name: str, tokenizer: Any) -> str:
    """The chat template that LLaMA-Factory makes of its own template of this name, for a tokenizer.

    Raises:
        UserError: no such template.
    """
    from llamafactory.data import TEMPLATES

    if name not in TEMPLATES:
        raise UserError(f"model.template={name}: LLaMA-Factory has no such template{did_you_mean(name, TEMPLATES)}")
    return str(TEMPLATES[name]._get_jinja_template(tokenizer))


def _as_trained(template: Any, tokenizer: Any) -> list[int]:
    messages = [{"role": "user", "content": ASKED}, {"role": "assistant", "content": "None."}]
    prompt, _ = template.encode_oneturn(tokenizer, messages, SYSTEM)
    return list(prompt)


def _as_asked(tokenizer: Any) -> list[int]:
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": ASKED}]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _alike(tokenizer: Any, asked: list[int]) -> list[str]:
    from llamafactory.data import TEMPLATES

    found = []
    for name, template in TEMPLATES.items():
        try:
            if _as_trained(template, tokenizer) == asked:
                found.append(name)
        except (ValueError, TypeError, AttributeError, KeyError):  # one that needs more than a text
            continue
    return found[:5]
