"""Loss curves as SVG text, to stand inside the page. Same figures, same bytes."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRAIN, EVALUATION, GRID, INK = "#3b6fb5", "#c8602a", "#e3e6ea", "#4a5560"
# In the page the colours are those of its styles, which differ by day and night.
VARIABLES = {TRAIN: "var(--blue)", EVALUATION: "var(--warm)", GRID: "var(--line)", INK: "var(--soft)"}


def loss_curves(training: dict[str, dict[str, Any]]) -> str:
    """One panel a stage: training loss against steps, evaluation loss as points; an empty text without any figures."""
    stages = [name for name, figures in training.items() if figures["loss"] or figures["eval_loss"]]
    if not stages:
        return ""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "vgpt2", "font.family": "sans-serif"}):
        figure = Figure(figsize=(3.6 * len(stages), 2.7), layout="constrained")
        panels = figure.subplots(1, len(stages), squeeze=False)[0]
        for panel, stage in zip(panels, stages, strict=True):
            _panel(panel, stage, training[stage])
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()
    for color, variable in VARIABLES.items():
        svg = svg.replace(color, variable)
    return re.sub(
        r'width="[\d.]+pt" height="[\d.]+pt"', 'role="img" aria-label="loss curves"', svg[svg.index("<svg") :]
    )


def _panel(panel: Axes, stage: str, figures: dict[str, Any]) -> None:
    for name, color, style in (("loss", TRAIN, "-"), ("eval_loss", EVALUATION, "o-")):
        points = figures[name]
        if points:
            label = "training" if name == "loss" else "evaluation"
            panel.plot(*zip(*points, strict=True), style, color=color, linewidth=1.4, markersize=3.5, label=label)
    panel.set_title(stage.upper(), fontsize=10, color=INK, loc="left", fontweight="bold")
    panel.set_xlabel("step", fontsize=8, color=INK)
    panel.set_ylabel("loss", fontsize=8, color=INK)
    panel.tick_params(labelsize=8, colors=INK, length=0)
    panel.grid(color=GRID, linewidth=0.8)
    panel.set_axisbelow(True)
    highest = max(value for name in ("loss", "eval_loss") for _, value in figures[name])
    panel.set_ylim(0, 1.08 * highest or 1)
    for spine in panel.spines.values():
        spine.set_visible(False)
    panel.legend(fontsize=8, frameon=False, labelcolor=INK)
