"""make and run_pipeline.ps1 with an interpreter that only pretends: order, gates, what runs again and what does not."""

from __future__ import annotations

import json

import pytest

from vgpt2.pace import Pace

ORDER = """
extract_catalog
build_suite
generate_training_data
generate_negative_examples
merge_sft
dedupe sft
validate_data sft
generate_dpo_pairs
dedupe dpo
validate_data dpo
generate_kto_data
dedupe kto
validate_data kto
register_datasets
make_base
preflight sft
preflight dpo
preflight kto
run_validation base
train_stage sft
run_validation sft
compare_checkpoints sft
train_stage dpo
run_validation dpo
compare_checkpoints dpo
train_stage kto
run_validation kto
compare_checkpoints kto
export_model
build_report
""".split("\n")[1:-1]


def test_all_runs_every_step_once_in_order(chain):
    done = chain.make("all")
    assert done.returncode == 0, done.stderr
    assert chain.steps() == ORDER
    assert "warning: undefined variable" not in done.stderr


def test_a_second_call_runs_nothing(made):
    made.touch("catalog.json")
    made.make("all")
    again = made.make("all")
    assert again.returncode == 0
    assert made.steps() == []
    assert "is up to date" in again.stdout


def after(*names: str) -> list[str]:
    """Those steps, in the order of the chain."""
    return [step for step in ORDER if step in names or any(step.startswith(f"{name} ") for name in names)]


EVERYTHING_FROM_STAGE_2 = [
    "train_stage dpo", "run_validation dpo", "compare_checkpoints dpo", "train_stage kto", "run_validation kto",
    "compare_checkpoints kto", "export_model", "build_report",
]  # fmt: skip
FROM_STAGE_1 = ["train_stage sft", "run_validation sft", "compare_checkpoints sft", *EVERYTHING_FROM_STAGE_2]


@pytest.mark.parametrize(
    ("touched", "runs"),
    [
        ("source.stamp", ORDER),
        ("catalog.json", ORDER[1:]),
        (
            "data/raw/negatives.jsonl",
            ["merge_sft", "dedupe sft", "validate_data sft", "register_datasets", "preflight sft", *FROM_STAGE_1],
        ),
        (
            "data/kto_eval.jsonl",
            [
                "validate_data kto",
                "register_datasets",
                "preflight kto",
                "train_stage kto",
                "run_validation kto",
                "compare_checkpoints kto",
                "export_model",
                "build_report",
            ],
        ),
        ("data/dataset_info.json", []),
        ("base/.done", ["preflight sft", "preflight dpo", "preflight kto", "run_validation base", *FROM_STAGE_1]),
        ("exam/base.json", ["compare_checkpoints sft", *EVERYTHING_FROM_STAGE_2]),
        ("saves/kto/.done", ["run_validation kto", "compare_checkpoints kto", "export_model", "build_report"]),
        ("gates/kto.json", ["export_model", "build_report"]),
        ("report.html", []),
    ],
)
def test_one_touched_file_runs_its_dependants_and_no_others(made, touched, runs):
    made.touch(touched)
    again = made.make("all")
    assert again.returncode == 0, again.stderr
    assert sorted(made.steps()) == sorted(runs)


@pytest.mark.parametrize("name", ["suite/quick.jsonl", "data/raw/sft.jsonl", "data/sft_eval.jsonl", "exam/sft.json"])
def test_a_deleted_file_in_the_middle_is_made_again(made, name):
    (made.run / name).unlink()
    assert made.make("all").returncode == 0
    assert (made.run / name).exists()
    assert made.steps()[0] in ORDER


def test_a_changed_source_file_runs_all_again_and_an_unchanged_one_nothing(own):
    own.make("all")
    assert own.steps() == []
    (own.folder / "source" / "tables.sql").write_text("CREATE TABLE dbo.Customer (CustomerID int NOT NULL);\nGO\n")
    own.make("all", FRESH="1")
    assert own.steps() == ORDER


def test_another_seed_leaves_the_catalog_alone(made):
    made.make("all", SEED="7", FRESH="1")
    assert made.steps() == ORDER[1:]


def test_a_failed_step_ends_the_chain_and_leaves_nothing_that_counts_as_done(chain):
    failed = chain.make("all", fail="train_stage.py sft")
    assert failed.returncode == 2
    assert chain.steps()[-1] == "train_stage sft"
    assert not (chain.run / "saves/sft/.done").exists()
    assert chain.make("all").returncode == 0
    assert chain.steps() == ORDER[ORDER.index("train_stage sft") :]


@pytest.mark.parametrize("gate", ["audit", "preflight"])
def test_a_shut_gate_stays_shut(chain, gate):
    script = {"audit": "validate_data", "preflight": "preflight"}[gate]
    fail = {"audit": "--stage dpo --catalog", "preflight": f"--output {chain.run}/preflight/dpo"}[gate]
    for _ in range(2):
        assert chain.make("all", fail=fail).returncode == 2
        assert chain.steps()[-1] == f"{script} dpo"
        assert not (chain.run / gate / "dpo.json").exists()
        assert (chain.run / gate / "dpo.failed.json").exists()
    assert chain.make("all").returncode == 0


def test_the_audit_of_kto_looks_at_dpo_too(made):
    made.touch("data/dpo.jsonl")
    made.make("all")
    assert "validate_data kto" in made.steps()
    against = [line for line in made.log.read_text().splitlines() if f"--against {made.run}/data/dpo.jsonl" in line]
    assert [line for line in against if "--stage kto" in line] == against != []


@pytest.mark.parametrize(
    ("target", "last"),
    [
        ("data", "register_datasets"),
        ("baseline", "run_validation base"),
        ("sft", "compare_checkpoints sft"),
        ("dpo", "compare_checkpoints dpo"),
        ("kto", "compare_checkpoints kto"),
        ("export", "export_model"),
        ("report", "build_report"),
    ],
)
def test_a_named_target_goes_just_so_far(chain, target, last):
    assert chain.make(target).returncode == 0
    assert chain.steps()[-1] == last


def test_stop_after_is_the_target_of_that_name(chain):
    assert chain.make("all", STOP_AFTER="sft").returncode == 0
    assert chain.steps()[-1] == "compare_checkpoints sft"
    chain.make("report", STOP_AFTER="sft")
    assert chain.steps() == ["export_model", "build_report"]
    chain.make("all")
    steps = chain.steps()
    assert "train_stage sft" not in steps
    assert steps[-1] == "build_report"


def test_the_data_side_needs_no_model(chain):
    chain.make("data")
    assert not {"make_base", "preflight sft", "run_validation base"} & set(chain.steps())


FULL = [f"run_validation {name}" for name in ("base", "sft", "dpo", "kto", "export")]


def test_regression_examines_every_stage_and_the_export_on_the_full_suite(made):
    earlier = made.folder / "earlier.json"
    earlier.touch()
    assert made.make("regression", AGAINST=str(earlier)).returncode == 0
    assert made.steps() == [*FULL, "compare_checkpoints regression"]
    *_, export, compared = made.log.read_text().splitlines()
    full = made.run / "exam" / "full"
    stages = [f"{full}/{name}.json" for name in ("base", "sft", "dpo", "kto")]
    assert " ".join(f"--same-as {path}" for path in stages) in export
    assert f"compare_checkpoints.py {earlier} {' '.join(stages)} {full}/export.json --regression " in compared


def test_regression_is_decided_again_each_time_but_nothing_is_asked_again(made):
    made.make("regression")
    assert made.make("regression").returncode == 0
    assert made.steps() == ["compare_checkpoints regression"]
    assert "compare_checkpoints.py " + str(made.run / "exam/full/base.json") in made.log.read_text()


def test_a_regression_fails_the_target(made):
    assert made.make("regression", fail="--regression").returncode == 2
    assert not (made.run / "exam/full/regression.json").exists()


def test_with_the_full_suite_at_the_gates_only_the_export_is_still_to_be_examined(chain):
    chain.make("all", SUITE="full")
    chain.make("regression", SUITE="full")
    assert chain.steps() == ["run_validation export", "compare_checkpoints regression"]


def test_an_earlier_result_that_is_not_there_is_said_at_once(made):
    done = made.make("regression", AGAINST="no/such.json")
    assert done.returncode == 2
    assert "against=no/such.json: no such file" in done.stderr.lower()
    assert made.steps() == []


def test_a_diff_reads_the_log_that_it_is_given(made):
    earlier = made.run / "catalog.json"
    log = made.folder / "my use.jsonl"
    log.touch()
    assert made.make("diff", AGAINST=str(earlier), LOG=str(log)).returncode == 0
    assert f" --log {log} --output {made.run}/diff/diff.json" in made.log.read_text().splitlines()[-1]
    assert made.make("diff", AGAINST=str(earlier)).returncode == 0
    assert "--log" not in made.log.read_text()
    done = made.make("diff", AGAINST=str(earlier), LOG="no/such.jsonl")
    assert done.returncode == 2
    assert "log=no/such.jsonl: no such file" in done.stderr.lower()


def test_own_questions_are_asked_alone_of_any_model(chain):
    mine = chain.folder / "my questions.json"
    mine.touch()
    assert chain.make("exam", QUESTIONS=str(mine), EXAMINE="http://localhost:8000/v1#mine").returncode == 0
    own = chain.run / "exam" / "own"
    catalog, suite, exam = chain.log.read_text().splitlines()
    assert catalog.startswith("extract_catalog.py ")
    assert suite == f"build_suite.py --only {mine} --catalog {chain.run}/catalog.json --output {own}/suite.jsonl"
    assert exam.startswith(f"run_validation.py --examine http://localhost:8000/v1#mine --suite {own}/suite.jsonl ")
    assert exam.endswith(f" --report {own}/exam.md --output {own}/exam.json")
    # Another model, the same questions: no file is newer, and both are asked for again.
    chain.make("exam", QUESTIONS=str(mine), EXAMINE="owner/model")
    assert "--examine owner/model " in chain.log.read_text().splitlines()[-1]


def test_own_questions_are_asked_of_the_export_where_no_model_is_named(made):
    mine = made.folder / "my.json"
    mine.touch()
    assert made.make("exam", QUESTIONS=str(mine)).returncode == 0
    assert f"--examine {made.run}/export " in made.log.read_text().splitlines()[-1]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "questions=: no such file; give your questions as a json file, see docs/curated-questions.md"),
        ({"QUESTIONS": "no/such.json"}, "questions=no/such.json: no such file"),
        ({"QUESTIONS": "README.md"}, "has no exported model yet; give a folder, owner/model on the hub, or http://"),
    ],
)
def test_an_exam_without_questions_or_a_model_is_said_at_once(chain, variables, words):
    done = chain.make("exam", **variables)
    assert done.returncode == 2
    assert words in done.stderr.lower()
    assert chain.steps() == []


def test_choosing_a_checkpoint_is_asked_of_every_stage(chain):
    chain.make("all", CHOOSE_CHECKPOINT="1")
    trained = [line for line in chain.log.read_text().splitlines() if line.startswith("train_stage.py")]
    assert len(trained) == 3
    assert all(line.endswith(" --choose-checkpoint") for line in trained)


def test_scripts_beside_the_source_are_read_and_watched(chain):
    scripts = chain.folder / "scripts"
    scripts.mkdir()
    (scripts / "a.sql").write_text("CREATE TABLE dbo.A (a int)\n")
    chain.make("data", SCRIPTS=str(scripts))
    assert f"--scripts {scripts} " in chain.log.read_text().splitlines()[0]
    chain.make("data", SCRIPTS=str(scripts))
    assert chain.steps() == []
    (scripts / "b.sql").write_text("CREATE TABLE dbo.B (b int)\n")
    chain.make("data", SCRIPTS=str(scripts))
    assert chain.steps()[0] == "extract_catalog"


def test_a_password_in_the_source_is_refused_before_anything_is_written(chain):
    done = chain.make("data", SOURCE="mssql://sa:secret@erp/Vista")
    assert done.returncode == 2
    assert "no user and no password in it" in done.stderr
    assert "secret" not in done.stderr + done.stdout
    assert not chain.run.exists()


def test_allow_unread_reaches_the_reader(chain):
    assert chain.make("data", ALLOW_UNREAD="1").returncode == 0
    assert " --allow-unread " in chain.log.read_text().splitlines()[0]


def test_a_server_is_read_once(chain):
    source = "mssql://erp/Vista"
    assert chain.make("data", SOURCE=source).returncode == 0
    assert f"--source {source} " in chain.log.read_text().splitlines()[0]
    assert (chain.run / "source.stamp").read_text() == f"{source}\n"
    assert json.loads((chain.run / "settings.json").read_text())["source"] == source
    chain.make("data", SOURCE=source)
    assert chain.steps() == []
    (chain.run / "catalog.json").unlink()
    chain.make("data", SOURCE=source)
    assert chain.steps()[0] == "extract_catalog"


def test_extra_files_are_merged_and_watched(chain):
    extra = chain.folder / "extra"
    extra.mkdir()
    (extra / "mine.json").write_text("[]")
    chain.make("all", EXTRA=str(extra))
    assert f"--extra {extra}" in chain.log.read_text()
    (extra / "more.json").write_text("[]")
    chain.make("all", EXTRA=str(extra), FRESH="1")
    assert chain.steps()[0] == "merge_sft"


def test_a_teacher_is_asked_and_another_one_is_asked_anew(chain):
    chain.make("data", TEACHER="http://localhost:11434/v1", TEACHER_MODEL="qwen3")
    made_by = next(line for line in chain.log.read_text().splitlines() if "generate_training_data" in line)
    assert "--teacher http://localhost:11434/v1 --teacher-model qwen3" in made_by
    chain.make("data", TEACHER="http://localhost:11434/v1", TEACHER_MODEL="qwen3")
    assert chain.steps() == []
    chain.make("data")
    assert "generate_training_data" in chain.steps()
    assert "--teacher" not in chain.log.read_text()


def test_the_base_model_is_made_before_the_data_where_it_is_the_teacher(chain):
    chain.make("data", TEACHER="base")
    steps = [step.split()[0] for step in chain.steps()]
    assert steps.index("make_base") < steps.index("generate_training_data")
    taught = next(line for line in chain.log.read_text().splitlines() if "generate_training_data" in line)
    assert f"--teacher base --base {chain.run}/base" in taught
    chain.touch("base/.done")
    assert "sft.jsonl: older than" in chain.make("plan", TEACHER="base").stdout
    chain.make("data", TEACHER="base")
    assert "generate_training_data" in chain.steps()
    chain.make("data", TEACHER="base")
    assert chain.steps() == []


@pytest.mark.parametrize(
    ("profile", "gpu", "variables", "taught"),
    [
        ("a6000", True, {}, True),
        ("a6000", True, {"TEACHER": "none"}, False),
        ("a6000", False, {}, False),
        ("cpu", True, {}, False),
    ],
)
def test_a_gpu_profile_has_the_base_model_teach_where_there_is_a_gpu(chain, profile, gpu, variables, taught):
    chain.has_gpu(gpu)
    chain.make("data", PROFILE=profile, **variables)
    assert ("make_base" in chain.steps()) == taught
    assert ("--teacher base" in chain.log.read_text()) == taught


def test_plan_says_what_would_run_and_why_and_runs_nothing(own):
    first = own.make("plan", RUN="new")
    assert "catalog.json: missing" in first.stdout, first.stdout + first.stderr
    assert "0 steps would run" in own.make("plan").stdout
    own.touch("gates/kto.json")
    plan = own.make("plan").stdout
    assert f"export/.done: older than {own.run}/gates/kto.json" in plan
    assert "2 steps would run" in plan
    assert own.steps() == []


def test_how_long_it_will_take_is_told_by_what_steps_took_here(own):
    settings = json.loads((own.run / "settings.json").read_text())
    pace = Pace.of_run(own.run)
    assert (pace.profile, pace.source) == ("tiny", settings["source"])
    for name in ("export", "report"):
        pace.learn(name, 90)
    own.touch("gates/kto.json")
    assert "2 steps would run, about 3.0 minutes by earlier runs here" in own.make("plan").stdout
    assert f"{own.run}: 2 steps to do, about 3.0 minutes by earlier runs here" in own.make("all").stdout
    # The stand-in says no closing line, so nothing was learnt of it.
    assert Pace.of_run(own.run).seconds("report") == 90


def test_clean_deletes_this_run_only(chain):
    chain.make("data")
    chain.make("data", RUN="other")
    assert chain.make("clean", YES="1").returncode == 0
    assert not chain.run.exists()
    assert (chain.run.parent / "other").exists()
