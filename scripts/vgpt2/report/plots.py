"""Loss curves as SVG text, to stand inside the page. Same figures, same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRAIN, EVALUATION, GRID, INK = "#3b6fb5", "#c8602a", "#e3e6ea", "#4a5560"
REWARDS = {"rewards/chosen": TRAIN, "rewards/rejected": EVALUATION, "rewards/margins": INK}
# In the page the colours are those of its styles, which differ by day and night.
VARIABLES = {TRAIN: "var(--blue)", EVALUATION: "var(--warm)", GRID: "var(--line)", INK: "var(--soft)"}


def loss_curves(training: dict[str, dict[str, Any]]) -> dict[str, str]:
    """A picture a stage that has figures: training loss against steps, evaluation loss as points."""
    return {
        name: _curve(name, figures) for name, figures in training.items() if figures["loss"] or figures["eval_loss"]
    }


def reward_curves(training: dict[str, dict[str, Any]]) -> dict[str, str]:
    """A picture a stage that has rewards: those of both sides and their margin against steps."""
    return {
        name: _drawn(f"{name}-rewards", _reward_panel, name, figures)
        for name, figures in training.items()
        if any(figures.get(row) for row in REWARDS)
    }


def _curve(stage: str, figures: dict[str, Any]) -> str:
    return _drawn(stage, _panel, stage, figures)


def _drawn(key: str, panel: Callable[[Axes, str, dict[str, Any]], None], stage: str, figures: dict[str, Any]) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    salt = f"vgpt2 {key}"
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt, "font.family": "sans-serif"}):
        figure = Figure(figsize=(3.6, 2.7), layout="constrained")
        panel(figure.subplots(), stage, figures)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    for color, variable in VARIABLES.items():
        svg = svg.replace(color, variable)
    # Several pictures stand in one page: what one defines must not be taken for another's.
    svg = re.sub(r'(?<=\bid=")|(?<=href="#)|(?<=url\(#)', f"{key}-", svg)
    said = f'role="img" aria-label="{_said(key, figures)}"'
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', said, svg[svg.index("<svg") :])


def _said(stage: str, figures: dict[str, Any]) -> str:
    """The curves in words."""
    shown = {"loss": "training loss", "eval_loss": "evaluation loss"}
    if stage.endswith("-rewards"):
        stage, shown = stage.removesuffix("-rewards"), {name: name for name in REWARDS}
    told = [
        f"{label} from {points[0][1]:.3g} to {points[-1][1]:.3g}"
        for name, label in shown.items()
        if (points := figures.get(name))
    ]
    return f"{stage.upper()}: {', '.join(told)}"


def _reward_panel(panel: Axes, stage: str, figures: dict[str, Any]) -> None:
    for (name, color), style in zip(REWARDS.items(), ("--", ":", "-"), strict=True):
        if points := figures.get(name):
            panel.plot(*zip(*points, strict=True), style, color=color, linewidth=1.4, label=name.partition("/")[2])
    _dress(panel, f"{stage.upper()}: rewards", "reward")


def _panel(panel: Axes, stage: str, figures: dict[str, Any]) -> None:
    for name, color, style in (("loss", TRAIN, "-"), ("eval_loss", EVALUATION, "o-")):
        points = figures[name]
        if points:
            label = "training" if name == "loss" else "evaluation"
            panel.plot(*zip(*points, strict=True), style, color=color, linewidth=1.4, markersize=3.5, label=label)
    highest = max((value for name in ("loss", "eval_loss") for _, value in figures[name] if isfinite(value)), default=1)
    panel.set_ylim(0, 1.08 * highest or 1)
    _dress(panel, stage.upper(), "loss")


def _dress(panel: Axes, title: str, what: str) -> None:
    panel.set_title(title, fontsize=10, color=INK, loc="left", fontweight="bold")
    panel.set_xlabel("step", fontsize=8, color=INK)
    panel.set_ylabel(what, fontsize=8, color=INK)
    panel.tick_params(labelsize=8, colors=INK, length=0)
    panel.grid(color=GRID, linewidth=0.8)
    panel.set_axisbelow(True)
    for spine in panel.spines.values():
        spine.set_visible(False)
    panel.legend(fontsize=8, frameon=False, labelcolor=INK)
