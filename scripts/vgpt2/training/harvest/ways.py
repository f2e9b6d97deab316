"""DPO from one model in three ways, by synthetic pairs, by its own and by both, and what each is worth by one exam."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.audit.model import HARVEST
from vgpt2.errors import UserError
from vgpt2.files import read_json, write_text
from vgpt2.records.store import meta_path, read_metas
from vgpt2.settings import load_settings
from vgpt2.synthesis.preferences.harvest import check_model
from vgpt2.training.lineage import read_start
from vgpt2.training.run import timing

SCRIPTS = Path(__file__).parents[3]
WAYS = ("synthetic", "own", "both")
COLUMNS = ("DPO on", "pairs, own among them", "right", "gained, lost, p", "false refusals", "invented", "minutes")

Say = Callable[[str], None]


@dataclass(slots=True, frozen=True)
class Trial:
    """A run whose SFT stage has its gate, and the folder in which DPO goes on from it."""

    run_dir: Path
    folder: Path

    @property
    def gate(self) -> Path:
        """The gate that names the model."""
        return self.run_dir / "gates" / "sft.json"

    def exam_before(self) -> Path:
        """The exam of that model.

        Raises:
            UserError: the run has no such gate yet.
        """
        if not self.gate.is_file():
            raise UserError(f"{self.gate}: not there; make sft first")
        return (self.gate.parent / read_json(self.gate)["exam"]).resolve()

    def suite(self) -> Path:
        """The questions of that exam."""
        return self.run_dir / "suite" / f"{read_json(self.exam_before())['settings']['suite']}.jsonl"

    def harvest(self, questions: int | None) -> Path:
        """The model's own pairs: those of the run, else made here, of so many questions."""
        of_run = self.run_dir / "data" / "raw" / "harvest_dpo.jsonl"
        if of_run.is_file() and questions is None:
            check_model(of_run, read_start(self.gate).folder)
            return of_run
        own = self.folder / "harvest_dpo.jsonl"
        apart = [word for part in ("", "_eval") for word in ("--apart", self.run_dir / "data" / f"sft{part}.jsonl")]
        count = [] if questions is None else ["--count", questions]
        call("harvest_answers.py", "dpo", "--model", self.gate, *apart, *count, *self.common(), "--output", own)
        return own

    def common(self) -> list[object]:
        """Options of the steps that make data."""
        held_out = self.run_dir / "suite" / "held_out.json"
        return ["--catalog", self.run_dir / "catalog.json", "--held-out", held_out, *self.settings()]

    def settings(self) -> list[object]:
        """The run's settings, as an option."""
        return ["--settings", self.run_dir / "settings.json"]

    def go(self, way: str, own: Path, say: Say) -> None:
        """Data, audit, training, exam and gate of one way; what is there is not made again."""
        place = self.folder / way
        data, output = place / "data", place / "data" / "raw" / "dpo.jsonl"
        output.parent.mkdir(parents=True, exist_ok=True)
        if way == "own":
            shutil.copyfile(own, output)
            shutil.copyfile(meta_path(own), meta_path(output))
        else:
            taken = ["--harvest", own, "--harvest-of", self.gate] if way == "both" else []
            call("generate_dpo_pairs.py", *self.common(), *taken, "--output", output)
        files = [data / "dpo.jsonl", data / "dpo_eval.jsonl"]
        held_out = ["--held-out", self.run_dir / "suite" / "held_out.json"]
        call("dedupe.py", output, "--stage", "dpo", *self.settings(), *held_out, "--output", files[0])
        audit = ["--suite", self.run_dir / "suite" / "full.jsonl", "--report", place / "audit" / "dpo.json"]
        try:
            call("validate_data.py", *files, "--stage", "dpo", *self.common(), *audit)
        except UserError as shut:  # so few pairs may be under the floor: it is tried all the same, and said
            say(f"{way}: {shut.message}")
        call("register_datasets.py", "--data-dir", data, *self.common(), "--output", data / "dataset_info.json")
        call("train_stage.py", "dpo", *self.settings(), "--run-dir", place, "--base", self.gate)
        model, exam = place / "saves" / "dpo" / "merged", place / "exam" / "dpo.json"
        asked = ["--suite", self.suite(), "--catalog", self.run_dir / "catalog.json", *self.settings()]
        call("run_validation.py", "--model", model, *asked, "--output", exam)
        base = ["--base", self.run_dir / "exam" / "base.json", *self.settings()]
        call("compare_checkpoints.py", self.exam_before(), exam, *base, "--output", place / "gates" / "dpo.json")

    def row(self, way: str) -> list[str]:
        """What came of one way."""
        place = self.folder / way
        metas = read_metas(place / "data" / "dpo.jsonl").values()
        own = sum(meta.source == HARVEST for meta in metas)
        gate, exam = read_json(place / "gates" / "dpo.json"), read_json(place / "exam" / "dpo.json")
        minutes = f"{timing.seconds(place / 'saves' / 'dpo') / 60:.1f}"
        moved = f"{len(gate['gained'])}, {len(gate['lost'])}, {gate['p']:.2g}"
        return [f"{way} pairs", f"{len(metas):,}, {own:,}", *_rates(exam, moved), minutes]


def compare_ways(run_dir: Path, folder: Path, questions: int | None, ways: tuple[str, ...], say: Say) -> str:
    """Try the ways and write `comparison.md` into `folder`; returns its table.

    Args:
        questions: harvest so many here; None: the run's own harvest, or its profile's count.
        ways: of WAYS.

    Raises:
        UserError: no gate of SFT yet, or a step failed.
    """
    trial = Trial(run_dir, folder)
    before = read_json(trial.exam_before())
    folder.mkdir(parents=True, exist_ok=True)
    own = trial.harvest(questions)
    rows = [["nothing: the model before", "", *_rates(before, ""), ""]]
    for way in ways:
        if way != "synthetic" and not own.stat().st_size:
            say(f"{way}: the harvest gave no pair; left out")
            continue
        trial.go(way, own, say)
        rows.append(trial.row(way))
    profile = load_settings(run_dir / "settings.json").profile_name
    of = before["rates"]["right"]["of"]
    head = f"Profile `{profile}`, {of} questions; p: exact McNemar against the model before."
    lines = [COLUMNS, ["---"] * len(COLUMNS), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    write_text(folder / "comparison.md", f"{head}\n\n{table}\n")
    return table


def _rates(exam: dict[str, Any], moved: str) -> list[str]:
    right = exam["rates"]["right"]
    low, high = right["interval"]
    said = f"{right['count']} of {right['of']} ({low:.0%} to {high:.0%})".replace("%", " %")
    others = (exam["outcomes"][name] for name in ("false_refusal", "hallucinated_object"))
    return [said, moved, *map(str, others)]


def call(script: str, *words: object) -> None:
    """Run a script of the chain.

    Raises:
        UserError: it failed; says what it said.
    """
    environment = {key: value for key, value in os.environ.items() if key not in ("VGPT2_STEP", "VGPT2_RUN")}
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / script), *map(str, words)], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("error: ")] or ["error: no message"]
        raise UserError(f"{script}: {said[-1].removeprefix('error: ')}")
