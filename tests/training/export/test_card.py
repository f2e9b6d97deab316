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
    assert "override" not in card
