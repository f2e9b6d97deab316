"""LLaMA-Factory's own converter, processors and template, put to rows one by one."""

import copy
import os
import warnings
from dataclasses import asdict

from vgpt2.records.fixes.chat_turns import turn_keys


class Loader:
    """LLaMA-Factory's own code for one form and one kind of training."""

    def __init__(self, form, stage, template, tokenizer):
        from llamafactory.data.converter import get_dataset_converter
        from llamafactory.data.loader import _get_dataset_processor
        from llamafactory.data.parser import DatasetAttr
        from llamafactory.hparams import DataArguments

        arguments = DataArguments(cutoff_len=4096)
        loader = {"sft": "sft", "dpo": "rm", "kto": "kto"}[stage]
        self.processor = _get_dataset_processor(arguments, loader, template, tokenizer, None)
        if isinstance(form, DatasetAttr):
            self.convert = lambda columns: get_dataset_converter("alpaca", form, arguments)
            return
        tags = {key: value for key, value in asdict(form).items() if key not in ("formatting", "column")}
        tags = {f"{key}_tag": value for key, value in tags.items()}
        self.attributes = DatasetAttr("file", "chats", form.formatting, ranking=stage == "dpo", **tags)
        self.attributes.messages = form.column
        self.convert = lambda columns: get_dataset_converter(form.formatting, self._with(columns, stage), arguments)

    def _with(self, columns, stage):
        found = copy.copy(self.attributes)
        for name in ("system", "tools", "chosen", "rejected", "kto_tag"):
            needed = {"dpo": ("chosen", "rejected"), "kto": ("kto_tag",), "sft": ()}[stage]
            setattr(found, name, name if name in columns or name in needed else None)
        return found

    def load(self, rows, form):
        """How many of the rows come out tokenised; an error where it ends."""
        columns = {name for row in rows for name in row}
        keys = turn_keys(rows, form) if form else frozenset()
        filled = [dict.fromkeys(sorted(columns), None) | (_filled(row, form, keys) if form else row) for row in rows]
        converter = self.convert(columns)
        converted = [converter(row) for row in filled]
        batch = {name: [row[name] for row in converted] for name in converted[0]}
        return self.processor.preprocess_dataset(batch)


def _filled(row, form, keys):
    """As Arrow gives it: every turn has the keys of all."""
    turns = row.get(form.column)
    if not isinstance(turns, list):
        return row
    full = [dict.fromkeys(sorted(keys), None) | turn if isinstance(turn, dict) else turn for turn in turns]
    return row | {form.column: full}


def loaders(forms, stages):
    """A loader for each form and kind of training, with a tokenizer of bytes."""
    os.environ["LLAMAFACTORY_VERBOSITY"] = "ERROR"
    from llamafactory.data.template import TEMPLATES
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=letters | {"<|im_start|>": 256, "<|im_end|>": 257}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(False), decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>")
    template = TEMPLATES["qwen"]
    return {(name, stage): Loader(form, stage, template, made) for name, form in forms.items() for stage in stages}


def outcome(loader, rows, form):
    """What LLaMA-Factory does with the only row: keeps, drops or stops, and what it made of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = loader.load(rows, form)
        except Exception as error:
            return "stops", error
    column = "chosen_input_ids" if "chosen_input_ids" in made else "input_ids"
    return ("keeps" if made.get(column) else "drops"), made


def plain_attributes(registered):
    """What LLaMA-Factory is told of a plain dataset, as `dataset_info.json` has it."""
    from llamafactory.data.parser import DatasetAttr

    found = DatasetAttr("file", "plain")
    found.join(registered)
    return found
