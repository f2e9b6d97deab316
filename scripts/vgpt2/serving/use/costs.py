"""What a new run would gain by what was taken in, and what it costs by earlier runs here."""

from __future__ import annotations

from pathlib import Path

from vgpt2.pace import Pace
from vgpt2.serving.use.taking import Taken

# The steps of a new run that take long.
STAGES = ("train sft", "exam sft", "harvest dpo", "train dpo", "exam dpo", "harvest kto", "train kto", "exam kto")
STEPS = ("suite", "raw sft", *STAGES, "export")


def costs(run: Path, taken: Taken) -> str:
    """A line on gain and cost.

    Args:
        run: the folder of the run whose model was served.
    """
    pace = Pace.of_run(run)
    seconds = sum(pace.seconds(step) or 0.0 for step in STEPS)
    took = f"about {seconds / 60:,.0f} minutes by earlier runs here" if seconds else "as long as the first did"
    gains = [
        *([f"EXTRA=extra teaches {len(taken.rows)} queries that users asked"] if taken.rows else []),
        *([f"questions.json asks {len(taken.questions)} of them in the exam"] if taken.questions else []),
        *([f"the hints lead {len(taken.hints)} words to what they mean, without training"] if taken.hints else []),
    ]
    return f"a new run: {'; '.join(gains)}; it takes {took}"
