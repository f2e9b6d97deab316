"""The report's page: one HTML file that needs nothing else and asks nobody.

The script and the styles stand in files of their own and are put into the page. A content policy names the script by
its hash and allows no connection, so an answer that found a way into the markup could still neither run nor call home.
"""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from vgpt2.exam.model import JUDGED
from vgpt2.report.audit_table import audit_rows, broken
from vgpt2.report.collect import EXAMS, STAGES
from vgpt2.report.gate_cards import gate_cards
from vgpt2.report.gate_scale import points
from vgpt2.report.headline import NAMES, headline, percent, tiles
from vgpt2.report.plots import loss_curves
from vgpt2.report.questions import before, question_rows
from vgpt2.report.rates import category_rows, part_rows, rate_rows
from vgpt2.report.words import titles, word
from vgpt2.training.base.base_model import base_name

HERE = Path(__file__).parent
ASSETS, TEMPLATES = HERE / "assets", HERE / "templates"
PACK_ABOVE = 2_000_000
OUTCOME_TONES = {"right": "good", "right_refusal": "good", "empty": "plain"}


def render(found: dict[str, Any]) -> str:
    """The page of what `collect` found."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    environment.filters.update(percent=_percent, number=number, points=points)
    environment.globals.update(word=word)
    exams = [name for name in EXAMS if name in found["exams"]]
    earlier = before(exams, found["gates"])
    rates = rate_rows(found["exams"])
    questions = question_rows(found["exams"])
    stage = found["outcome"]["stage"]
    script = (ASSETS / "page.js").read_text(encoding="utf-8")
    model = found["settings"]["profile"]["model"]
    return environment.get_template("page.html.j2").render(
        found,
        names=NAMES,
        base_name=base_name(model["source"], model["name_or_path"]),
        order=exams,
        headline=headline(found["outcome"], found["exams"]),
        tiles=tiles(rates, stage) if found["outcome"]["verdicts"] else [],
        rates=rates,
        mode_rates={mode: rate_rows(of) for mode, of in found["modes"].items()},
        categories=category_rows(found["exams"]),
        parts=part_rows(found["exams"]),
        judged=[name for name in JUDGED if any(exam["judged"].get(name) for exam in found["exams"].values())],
        cards=gate_cards(found, earlier),
        audit_rows=audit_rows(found["audits"]),
        broken=broken(found["audits"]),
        questions=questions,
        packed=packed(questions),
        facts={
            "order": exams,
            "names": NAMES,
            "before": earlier,
            "stage": stage,
            "tones": OUTCOME_TONES,
            "words": titles("categories", "outcomes", "parts", "defects"),
        },
        curves=loss_curves(found["training"]),
        shown_settings=shown_settings(found),
        stages=STAGES,
        style=(ASSETS / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def packed(questions: list[dict[str, Any]]) -> str:
    """The questions as gzip in base64 where they are more than PACK_ABOVE bytes of JSON; else an empty text."""
    text = json.dumps(questions, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(text, mtime=0)).decode() if len(text) > PACK_ABOVE else ""


def _percent(value: float) -> str:
    """As `headline.percent`, in one piece."""
    return percent(value).replace(" ", "\u00a0")


def shown_settings(found: dict[str, Any]) -> dict[str, Any]:
    """The settings; the reason of an override stands at the top of the page and nowhere else."""
    settings = copy.deepcopy(found["settings"])
    if settings["profile"]["gate"].get("override") in found["outcome"]["overrides"].values():
        settings["profile"]["gate"]["override"] = "(its reason stands at the top of this page)"
    return settings


def number(value: float | None) -> str:
    """A figure for people: thousands apart, four digits that count, never an exponent; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    if abs(value) < 1e-3:
        return f"{value:.6f}".rstrip("0") if abs(value) >= 1e-6 else "about 0"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
