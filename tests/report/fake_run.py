"""A run's folder as the steps leave it, made in a moment: real shapes, made-up answers."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from vgpt2.exam.model import Gold, Grade, Question
from vgpt2.exam.verdict.gate import decide
from vgpt2.exam.verdict.results import Exam
from vgpt2.exam.verdict.summary import parts_right, summary
from vgpt2.files import write_json, write_jsonl
from vgpt2.settings import Settings, load_profile

# Shares of right answers of a whole run.
RATES = {"base": 0.06, "sft": 0.6, "dpo": 0.97, "kto": 0.9}
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


GOLD = "SELECT Vendor, InvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND Mth = '2024-05-01'"
OTHER_GOLD = "SELECT Vendor, InvTotal FROM APInvoices WITH (NOLOCK) WHERE APCo = 1"
# What a model says, by outcome: right in other white space and case, wrong by a filter, unfinished, invented.
SAYS = {
    "right": "List them.\n```sql\nselect Vendor, [InvTotal]\nfrom APTH with (nolock)\n"
    "where APCo = 1 and Mth = '2024-05-01';\n```\nOne company.",
    "wrong": "List them.\n```sql\nSELECT Vendor FROM APTH WHERE APCo = 1 AND InvTotal > 0\n```",
    "invalid_sql": "```sql\nSELECT Vendor, FROM APTH\n```",
    "hallucinated_object": "```sql\nSELECT Vendor, InvTotal FROM APTX WITH (NOLOCK) WHERE APCo = 1\n```",
    "false_refusal": "There is no table APTH.",
    "right_refusal": "There is no table APTX. The nearest is APTH.",
    "empty": "",
}
PARTS = {
    "right": {"tables": True, "joins": True, "filters": True, "grouping": True, "house": True},
    "wrong": {"tables": True, "joins": True, "filters": False, "grouping": True, "house": False},
    "hallucinated_object": {"tables": False, "joins": True, "filters": False, "grouping": True, "house": True},
}
GOLD_ROWS = {"columns": ["Vendor", "InvTotal"], "rows": [["17", "1250.00"], ["23", "NULL"]], "count": 2}
WRONG_ROWS = {"columns": ["Vendor"], "rows": [[str(n)] for n in range(5)], "count": 31}
TAUGHT = {
    "teacher": "base", "model": "", "asked": 1_200, "taken": 450, "share": 0.375, "conditions": 150, "round_trip": 300,
    "refused": {"other_rows": 700, "a_reason_to_come": 50},
}  # fmt: skip
# An answer must not break out of the page.
HOSTILE = "\n</script><b>not bold</b>"


def questions(count: int = 50) -> list[Question]:
    """Questions of all categories; every other one about hallucination is to be refused, every ninth has two golds."""
    made = []
    for i in range(count):
        category = CATEGORIES[i % len(CATEGORIES)]
        refuse = category == "hallucination" and i % 4 == 0
        sql = (GOLD, OTHER_GOLD) if i % 9 == 1 else (GOLD,)
        gold = Gold(refuse=True, answer="There is no table APTX.") if refuse else Gold(sql=sql)
        made.append(Question(f"q{i:03}", category, f"Which vendors of company {i} have <invoices> & more?", gold))
    return made


def exam(
    path: Path,
    model: str,
    right: float,
    count: int = 50,
    mode: str = "schema",
    older: bool = False,
    prose: int = 0,
) -> Exam:
    """An exam result in which a share of about `right` is right; 0 right: no answers at all.

    Args:
        older: without what an older version did not write.
        prose: so many words by chance stand behind every answer, and three times as many in a prompt.
    """
    rng = random.Random(f"0/{path.stem}")
    asked = questions(count)
    grades, answers = [], {}
    for place, question in enumerate(asked):
        refuse = question.gold.refuse
        if rng.random() < right:
            outcome = "right_refusal" if refuse else "right"
        elif not right:
            outcome = "empty"
        else:
            wrong = ("wrong", "hallucinated_object", "empty", *(() if refuse else ("invalid_sql", "false_refusal")))
            # in turn, so that every category has them all
            outcome = wrong[place // len(CATEGORIES) % len(wrong)]
        said = SAYS[outcome]
        sql = said.split("```sql\n")[1].split("\n```")[0] if "```" in said else ""
        house = ["missing_nolock"] if outcome == "wrong" else []
        why = "same rows" if outcome.startswith("right") else "APTX does not exist"
        parses = None if refuse else bool(sql) and outcome != "invalid_sql"
        grades.append(
            Grade(outcome, why, sql, parses, house, judged="" if outcome == "empty" else "rows" if sql else "words")
        )
        answers[question.id] = said and said + words(rng, prose) + HOSTILE
    value = {
        "model": model,
        "lineage": [{"stage": path.stem, "model": model}],
        "suite_hash": "s",
        "mode": mode,
        "seconds": 61.0,
        "tokens": 2400,
        "tokens_per_second": 39.3,
        **summary(asked, grades, answers),
    }
    for row, question in zip(value["questions"], asked, strict=True):
        sql = question.gold.sql
        new = {
            "table": "dbo.APTH",
            "prompt": f"{question.question}\n\nAPTH(APCo, Mth, APTrans, Vendor int) key APCo, Mth, APTrans"
            + words(random.Random(question.id), 3 * prose),
            "golds": list(sql),
            "parts": PARTS.get(row["outcome"], {}) if sql else {},
            "gold_rows": GOLD_ROWS if sql else None,
            "rows": {"right": GOLD_ROWS, "wrong": WRONG_ROWS}.get(row["outcome"]) if sql else None,
        }
        for key, item in new.items():
            row.pop(key, None)
            if not older:
                row[key] = item
    value["parts"] = {} if older else parts_right(row["parts"] for row in value["questions"])
    write_json(path, value)
    return Exam(path, value)


def words(rng: random.Random, count: int) -> str:
    """Words by chance, of 2 to 9 letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join(" " + "".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(count))


def make_run(
    folder: Path,
    rates: dict[str, float],
    profile: str = "cpu",
    count: int = 50,
    older: bool = False,
    overrides: dict[str, str] | None = None,
    modes: dict[str, float] | None = None,
    prose: int = 0,
) -> Settings:
    """Write a run with a base and the stages of `rates` (share of right answers by exam).

    Args:
        count: questions of the suite.
        older: as a version before this one wrote its results.
        overrides: reasons by stage, as `compare_checkpoints.py --override` records them.
        modes: shares of right answers of exams in a further mode, by `stage.mode`.
        prose: see `exam`.
    """
    run = settings(profile)
    write_json(folder / "settings.json", run.model_dump())
    write_json(folder / "catalog.json", {"counts": {"tables": 62, "views": 84, "columns": 931, "foreign_keys": 66}})
    models = {name: "runs/x/base" if name == "base" else f"runs/x/saves/{name}/merged" for name in rates}
    kept = None
    for name, right in rates.items():
        result = exam(folder / "exam" / f"{name}.json", models[name], right, count, older=older, prose=prose)
        if name != "base":
            gate = decide(kept, result, run.profile.gate, (overrides or {}).get(name, ""))
            gate |= figures(gate) if not older else {}
            write_json(folder / "gates" / f"{name}.json", gate)
            stage_files(folder, name)
        kept = result if name == "base" or gate["model"] == models[name] else kept
    for name, right in (modes or {}).items():
        stage, mode = name.split(".")
        exam(folder / "exam" / f"{name}.json", models[stage], right, count, mode)
    if len(rates) > 1:
        write_json(folder / "export" / "export.json", {"stages": [], "checked": {"questions": 10}})
    return run


def figures(gate: dict) -> dict:
    """The statistics that a gate holds beside p."""
    value = (gate["new"]["right"] - gate["earlier"]["right"]) / gate["questions"]
    interval = [round(value - 0.13, 4), round(value + 0.13, 4)]
    return {
        "difference": {"value": value, "interval": interval, "clusters": 31},
        "detectable": {"questions": 10, "points": 20.0, "of": gate["questions"], "power": 0.8},
    }


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
        {"rule": "sql_resolves", "figure": 0, "limit": 0},
        {"rule": f"count_{name}", "figure": 120, "limit": 30 if name == "sft" else 20},
        {"rule": "defect_share", "figure": 0.1416667, "limit": 0.15, "examples": ["dpo.jsonl:7: x"]},
        {"rule": f"near_duplicates_{name}", "figure": 0.0, "limit": 0.03, "note": "too few: 96 rows, needs 100"},
        {"rule": f"shortcut_answers_{name}", "figure": 0.58, "limit": 0.65},
        {"rule": "a_rule_to_come", "figure": 4, "limit": None},
    ]
    rules = [{"ok": True, "examples": []} | rule for rule in rules]
    audit = {"ok": True, "rules": rules, "records": []}
    if name == "sft":
        audit["teacher"] = TAUGHT
    write_json(folder / f"audit/{name}.json", audit)
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


def built(folder: Path, **more) -> Path:
    """The page of a made-up run, by the real script."""
    make_run(folder, RATES, **more)
    script = Path(__file__).parents[2] / "scripts" / "build_report.py"
    output = folder / "report.html"
    command = [sys.executable, script, "--run-dir", folder, "--settings", folder / "settings.json", "--output", output]
    subprocess.run(command, check=True, capture_output=True)
    return output
