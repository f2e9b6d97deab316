"""The model card: what was promoted, and what only an override promoted."""

from vgpt2.catalog.model import Catalog
from vgpt2.files import write_json
from vgpt2.settings import load_database
from vgpt2.training.export.card import model_card
from vgpt2.training.export.export import last_promoted

CHECKED = {"checked": {"questions": 0, "against": "nothing"}}


def test_an_override_of_sft_still_shows_after_later_gates(tmp_path, settings):
    model = tmp_path / "saves" / "kto" / "merged"
    write_json(model / "config.json", {})
    lineage = [{"stage": stage, "model": ""} for stage in ("base", "sft", "kto")]
    overrides = [{"stage": "sft", "why": "to look at it"}]
    gate = {"verdict": "promoted", "model": str(model), "lineage": lineage, "override": "", "overrides": overrides}
    write_json(tmp_path / "gates" / "kto.json", gate)
    promoted = last_promoted(tmp_path)
    result = {**CHECKED, "overrides": promoted.overrides}
    card = model_card(tmp_path, settings, Catalog(load_database("vista.yaml")), promoted.stages, result)
    assert "**sft was promoted by an override, not by its exam:** to look at it\n" in card


def test_without_one_the_card_speaks_of_none(tmp_path, settings):
    card = model_card(tmp_path, settings, Catalog(load_database("vista.yaml")), ["sft"], CHECKED)
    assert "by an override" not in card


def test_it_says_licence_mix_intervals_hashes_forms_commands_and_limits(tmp_path, settings):
    settings.profile.model.source = "smollm2"
    train = {"rows": 1200, "tokens": 90000, "max_tokens": 300}
    write_json(tmp_path / "preflight" / "sft.json", {"splits": {"train": train}})
    figures = {
        "kind": {"sql": 3, "schema": 1},
        "polarity": {"answer": 3, "refuse": 1},
        "origin": {"own": 1, "synthetic": 3},
    }
    write_json(tmp_path / "audit" / "sft.json", {"figures": figures})
    rate = {"count": 5, "of": 50, "rate": 0.1, "interval": [0.0435, 0.2136]}
    write_json(tmp_path / "exam" / "sft.json", {"questions": [{}] * 50, "rates": {"right": rate}})
    write_json(
        tmp_path / "data" / "manifest.json", {"inputs": {"catalog": "ca"}, "outputs": {"sft.jsonl": {"sha256": "da"}}}
    )
    write_json(tmp_path / "saves" / "sft" / "merged" / ".done", {"weights": {"model.safetensors": "me"}})
    form = {"form": "adapter", "read_by": "transformers", "questions": 10, "same": 9, "right": 4, "right_before": 5}
    result = {
        **CHECKED,
        "lineage": [{"stage": "base", "model": "base"}, {"stage": "sft", "model": "saves/sft/merged"}],
        "forms": [form],
        "adapter_rank": 96,
        "without": {"adapter": "", "Modelfile": "it asks otherwise"},
        "weights": {"model.safetensors": "ex"},
    }
    card = model_card(tmp_path, settings, Catalog(load_database("vista.yaml")), ["sft"], result)
    for said in (
        "license: apache-2.0\n",
        "Licence of the base model: Apache-2.0.",
        "| sft | 1,200 | 90,000 | 300 | sql 75%, schema 25%, refusals 25%, synthetic 75%, own 25% |",
        "| sft | 50 | 10.0% (4% to 21%) |",
        "As adapter (transformers): 9 of 10 answers the same, 4 right (5 before).",
        "| catalog of s | `ca` |\n| data/sft.jsonl | `da` |\n| model sft, model.safetensors | `me` |\n",
        "| this model, model.safetensors | `ex` |",
        "vllm serve . --served-model-name t-sql --generation-config vllm",
        "vllm serve HuggingFaceTB/SmolLM2-135M-Instruct --enable-lora --max-lora-rank 128 ",
        "No Modelfile: it asks otherwise.",
        "it answered 90% wrongly or not at all",
    ):
        assert said in card, said
    result["adapter_rank"] = 768
    card = model_card(tmp_path, settings, Catalog(load_database("vista.yaml")), ["sft"], result)
    assert "The adapter has rank 768, more than vLLM serves" in card and "--enable-lora" not in card


def test_a_batch_that_was_halved_is_said(tmp_path, settings):
    catalog = Catalog(load_database("vista.yaml"))
    write_json(tmp_path / "saves" / "dpo" / "memory.json", {"peak_resident_bytes": 1})
    assert "memory was not enough" not in model_card(tmp_path, settings, catalog, ["sft", "dpo"], CHECKED)
    less = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 8, "why": "CUDA out of memory"}
    write_json(tmp_path / "saves" / "sft" / "memory.json", {"halved": less})
    card = model_card(tmp_path, settings, catalog, ["sft", "dpo"], CHECKED)
    assert "\nsft: memory was not enough; trained with 2 rows at a time instead.\n" in card
    write_json(tmp_path / "saves" / "sft" / "memory.json", {"halved": less | {"per_device_eval_batch_size": 4}})
    card = model_card(tmp_path, settings, catalog, ["sft", "dpo"], CHECKED)
    assert "trained with 2 rows at a time, evaluated with 4, instead.\n" in card
