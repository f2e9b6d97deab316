"""The report's page: one HTML file that needs nothing else and asks nobody.

The script and the styles stand in files of their own and are put into the page. A content policy names the script by
its hash and allows no connection, so an answer that found a way into the markup could still neither run nor call home.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from vgpt2.report.collect import EXAMS, STAGES
from vgpt2.report.gate_cards import gate_cards, points
from vgpt2.report.headline import NAMES, headline, percent, tiles
from vgpt2.report.plots import loss_curves
from vgpt2.report.questions import before, question_rows
from vgpt2.report.rates import category_rows, part_rows, rate_rows

HERE = Path(__file__).parent
BASES = {"smollm2": "SmolLM2-135M-Instruct", "tiny": "a made-up Qwen2 of about a million weights"}
MODES = {"schema": "retrieved schema", "gold_schema": "the schema that the gold needs", "memory": "from memory"}
OUTCOME_TONES = {"right": "good", "right_refusal": "good", "empty": "plain"}


def render(found: dict[str, Any]) -> str:
    """The page of what `collect` found."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    environment.filters.update(percent=percent, number=number, points=points)
    exams = [name for name in EXAMS if name in found["exams"]]
    earlier = before(exams, found["gates"])
    rates = rate_rows(found["exams"])
    stage = found["outcome"]["stage"]
    script = (HERE / "page.js").read_text(encoding="utf-8")
    model = found["settings"]["profile"]["model"]
    return environment.get_template("template.html.j2").render(
        found,
        names=NAMES,
        base_name=BASES.get(model["source"]) or model["name_or_path"],
        order=exams,
        headline=headline(found["outcome"], found["exams"]),
        tiles=tiles(rates, stage) if found["outcome"]["verdicts"] else [],
        rates=rates,
        mode_rates={MODES.get(mode, mode): rate_rows(of) for mode, of in found["modes"].items()},
        mode_names=MODES,
        categories=category_rows(found["exams"]),
        parts=part_rows(found["exams"]),
        cards=gate_cards(found["gates"], earlier),
        questions=question_rows(found["exams"]),
        facts={"order": exams, "names": NAMES, "before": earlier, "stage": stage, "tones": OUTCOME_TONES},
        curves=loss_curves(found["training"]),
        stages=STAGES,
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def number(value: float | None) -> str:
    """A figure for people: thousands apart, at most four digits behind the point, a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4g}"
