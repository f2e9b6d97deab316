"""A run's folder as the steps leave it, made in a moment: real shapes, made-up answers."""

from __future__ import annotations

import random
from pathlib import Path

from vgpt2.exam.gate import Exam, decide
from vgpt2.exam.model import Gold, Grade, Question
from vgpt2.exam.runner import summary
from vgpt2.files import write_json, write_jsonl
from vgpt2.settings import Settings, load_profile

CATEGORIES = ("schema", "sql", "hallucination", "join", "error_correction", "business")


def settings(profile: str = "cpu") -> Settings:
    """Settings of the made-up run."""
    return Settings(
        run="sample-cpu",
        profile_name=profile,
        source="data/sample",
        database="vista.yaml",
        seed=1,
        profile=load_profile(profile),
    )


def questions(count: int = 50) -> list[Question]:
    """Questions of all categories; every other one about hallucination is to be refused."""
    made = []
    for i in range(count):
        category = CATEGORIES[i % len(CATEGORIES)]
        refuse = category == "hallucination" and i % 4 == 0
        gold = (
            Gold(refuse=True, answer="There is no table APTX.")
            if refuse
            else Gold(sql=("SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1",))
        )
        made.append(Question(f"q{i:03}", category, f"Which vendors of company {i} have <invoices> & more?", gold))
    return made


def exam(path: Path, model: str, right: float, seed: int = 0) -> Exam:
    """An exam result in which a share of about `right` is right."""
    rng = random.Random(f"{seed}/{path.stem}")
    asked = questions()
    grades, answers = [], {}
    for question in asked:
        if rng.random() < right:
            grade = Grade(
                "right_refusal" if question.gold.refuse else "right",
                "same rows",
                parses=not question.gold.refuse or None,
            )
        else:
            outcome = rng.choice(["wrong", "invalid_sql", "hallucinated_object", "false_refusal", "empty"])
            grade = Grade(outcome, "APTX does not exist", parses=outcome != "invalid_sql")
        grades.append(grade)
        answers[question.id] = "List vendors.\n```sql\nSELECT Vendor FROM APTH\n```\n</script><b>not bold</b>"
    value = {
        "model": model,
        "lineage": [{"stage": path.stem, "model": model}],
        "suite_hash": "s",
        "mode": "schema",
        "seconds": 61.0,
        "tokens": 2400,
        "tokens_per_second": 39.3,
        **summary(asked, grades, answers),
    }
    write_json(path, value)
    return Exam(path, value)


def make_run(folder: Path, rates: dict[str, float], profile: str = "cpu") -> Settings:
    """Write a run with a base and the stages of `rates` (share of right answers by exam)."""
    run = settings(profile)
    write_json(folder / "settings.json", run.model_dump())
    write_json(folder / "catalog.json", {"counts": {"tables": 62, "views": 84, "columns": 931, "foreign_keys": 66}})
    models = {name: "runs/x/base" if name == "base" else f"runs/x/saves/{name}/merged" for name in rates}
    kept = None
    for name, right in rates.items():
        result = exam(folder / "exam" / f"{name}.json", models[name], right)
        if name != "base":
            gate = decide(kept, result, run.profile.gate)
            write_json(folder / "gates" / f"{name}.json", gate)
            stage_files(folder, name)
        kept = result if name == "base" or gate["model"] == models[name] else kept
    if len(rates) > 1:
        write_json(folder / "export" / "export.json", {"stages": [], "checked": {"questions": 10}})
    return run


def stage_files(folder: Path, name: str) -> None:
    """Data, audit, preflight and training files of one stage."""
    rng = random.Random(name)
    kinds = ("sql", "sql", "sql", "schema", "document", "correction", "negative")
    rows = [{"id": f"{name}{i}", "instruction": "?"} for i in range(120)]
    metas = [
        {"id": row["id"], "kind": rng.choice(kinds), "intent": rng.choice(("list", "group_sum", "join_two", "top")),
         "polarity": rng.choice(("answer",) * 7 + ("refuse",)), "module": rng.choice(("AP", "AR", "JC", "PR")),
         "defect": rng.choice(("wrong_table", "missing_nolock", "wrong_case")) if name != "sft" else "", "worse": ""}
        for row in rows
    ]  # fmt: skip
    write_jsonl(folder / f"data/{name}.jsonl", rows)
    write_jsonl(folder / f"data/{name}.meta.jsonl", metas)
    write_jsonl(folder / f"data/{name}_eval.jsonl", rows[:6])
    write_jsonl(folder / f"data/{name}.rejects.jsonl", [{"reason": "exact"}] * 4 + [{"reason": "held_out_pair"}])
    rules = [
        {"rule": "count_floor", "figure": 120, "limit": 30, "ok": True, "examples": []},
        {"rule": "unproved_sql", "figure": 0, "limit": 0, "ok": True, "examples": []},
        {"rule": "max_defect_share", "figure": 0.1416667, "limit": 0.15, "ok": True, "examples": ["dpo.jsonl:7: x"]},
        {"rule": "modules", "figure": 4, "limit": None, "ok": True, "examples": [], "note": "too few"},
    ]
    write_json(folder / f"audit/{name}.json", {"ok": True, "rules": rules, "records": []})
    split = {
        "rows": 120,
        "tokenised": 120,
        "tokens": 41230,
        "mean_tokens": 187.2,
        "max_tokens": 212,
        "label_tokens": 9801,
    }
    preflight = {"stage": name, "ok": True, "cutoff_len": 512, "splits": {"train": split}}
    write_json(folder / f"preflight/{name}.json", preflight)
    history = [{"step": 5 * i, "loss": 2.2 / (i + 0.8) + rng.random() / 9} for i in range(1, 13)]
    history += [{"step": 20 * i, "eval_loss": 2.0 / (3 * i) + 0.2} for i in range(1, 4)]
    write_json(folder / f"saves/{name}/trainer_state.json", {"global_step": 60, "log_history": history})
    results = {"train_loss": 0.52, "eval_loss": 0.41, "train_runtime": 431.5}
    write_json(folder / f"saves/{name}/all_results.json", results)
    if name != "sft":
        step = {
            "stage": name,
            "loss": 0.6931,
            "chosen": 0.0,
            "rejected": None if name == "kto" else -2e-5,
            "limit": 1e-3,
            "ok": True,
        }
        write_json(folder / f"saves/{name}/first_step.json", step)
