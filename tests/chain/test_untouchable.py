"""Finished work is untouchable: what looks, fails or serves leaves every byte of a run as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .test_make import ORDER
from .walked import ROOT, Chain, state_of

DATABASE = "name: own\nprefix: own\ntitle: a database\n"


def trained(chain: Chain) -> Chain:
    """With something in the folders of its stages that would be missed."""
    for stage in ("sft", "dpo", "kto"):
        (chain.run / "saves" / stage / "merged" / "model.safetensors").write_text(f"a night of {stage}")
    return chain


MISTAKES = {
    "no such database": {"DATABASE": "vitsa.yaml"},
    "no such extra": {"EXTRA": "/no/such"},
    "seed": {"SEED": "abc"},
    "half a teacher": {"TEACHER": "http://localhost/v1"},
    "no teacher": {"TEACHER": "bsae"},
    "another teacher": {"TEACHER": "base"},
    "profile": {"PROFILE": "tinny"},
    "source": {"SOURCE": "/no/such"},
    "scripts": {"SCRIPTS": "/no/such"},
    "stop": {"STOP_AFTER": "stf"},
    "suite": {"SUITE": "quik"},
    "misspelt": {"PROFYLE": "tiny"},
    "run": {"RUN": "../data"},
    "parent": {"RUN": ".."},
    "blank": {"RUN": "my run"},
    "other seed": {"SEED": "5"},
    "other profile": {"PROFILE": "cpu"},
    "password": {"SOURCE": "mssql://sa:secret@erp/Vista"},
}


@pytest.mark.parametrize("variables", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_leaves_the_run_as_it_was(made, variables):
    before = trained(made).state()
    done = made.make("all", **variables)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    # One line of ours; make adds where it stopped.
    assert len([line for line in done.stderr.splitlines() if line.startswith(("error:", "Makefile:"))]) == 1
    assert made.steps() == []
    assert made.state() == before
    # Not even an age is another: the next correct call has nothing to do.
    assert sorted(path.name for path in made.run.parent.iterdir() if path.is_dir()) == ["r"]


def test_an_unknown_key_in_the_database_settings_leaves_the_run_as_it_was(own):
    before = own.state()
    Path(own.variables["DATABASE"]).write_text(DATABASE + "case_sensitiv: true\n")
    done = own.make("all")
    assert done.returncode == 2
    assert "did you mean 'case_sensitive'?" in done.stderr
    assert own.state() == before
    assert own.steps() == []


@pytest.mark.parametrize(
    ("target", "variables"),
    [
        *(("plan", given) for given in ({}, {"SEED": "5"}, {"DATABASE": "typo"}, {"RUN": "other"}, {"PROFILE": "cpu"})),
        *((target, given) for target in ("status", "chat") for given in ({"SEED": "5"}, {"RUN": "other"})),
        ("help", {"RUN": "other"}),
    ],
)
def test_what_looks_writes_nothing(made, target, variables):
    before = trained(made).state()
    folders = sorted(made.run.parent.iterdir())
    made.make(target, **variables)
    assert made.state() == before
    assert sorted(made.run.parent.iterdir()) == folders
    assert not {"train_stage", "export_model"} & {step.split()[0] for step in made.steps()}


@pytest.mark.parametrize("flag", ["-n", "-q"])
def test_make_n_and_q_write_nothing_and_tell_what_would_follow(make_chain, flag):
    assert make_chain.make(flag, "all").returncode in (0, 1)
    assert not make_chain.run.parent.exists()
    make_chain.make("all")
    before = make_chain.state()
    shown = make_chain.make(flag, "all", SEED="5")
    assert make_chain.state() == before
    assert make_chain.steps() == []
    if flag == "-n":
        assert "train_stage.py sft" in shown.stdout
        assert "extract_catalog.py" not in shown.stdout
    else:
        assert shown.returncode == 1


@pytest.mark.parametrize("flags", [[], ["--no-print-directory"], ["-k"], ["-j2"], ["-s", "--warn-undefined-variables"]])
def test_however_make_is_called_it_locks_and_prepares_first(make_chain, flags):
    words = [word for word in make_chain.command("data") if word != "--no-print-directory"]
    done = subprocess.run(
        [words[0], *flags, *words[1:]], cwd=ROOT, env=make_chain.environment_of(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "prepare: a new run -> " in done.stdout
    assert (make_chain.run.parent / ".r.writer").exists()
    assert "register_datasets" in make_chain.steps()


def test_make_t_is_refused(made_once):
    done = made_once.make("-t", "all")
    assert done.returncode == 2
    assert "make -t would mark as made what never was" in done.stderr


@pytest.mark.parametrize("target", ["serve", "chat"])
def test_serving_takes_what_is_there_and_makes_nothing(made, target):
    assert made.make(target).returncode == 0
    assert made.steps() == ["serve"]
    made.touch("data/sft.jsonl")
    before = made.state()
    old = made.make(target, SEED="5")
    assert made.steps() == ["serve"]
    assert made.state() == before
    assert f"note: {made.run}/export is older than what it is made of" in old.stderr
    (made.run / "export" / ".done").unlink()
    none = made.make(target)
    assert none.returncode == 2
    assert f"error: {made.run}: no model yet: " in none.stderr
    assert made.steps() == []


@pytest.mark.parametrize("target", ["serve", "chat"])
def test_so_many_answers_are_made_as_are_asked_for(made, target):
    """What the profile was asked about itself has no part in it."""
    said = made.make(target)
    assert "--answers" not in made.log.read_text(encoding="utf-8")
    assert "warning: undefined variable" not in said.stderr
    made.make(target, ANSWERS="5", SURE_FROM="4")
    assert "--answers 5 --sure-from 4" in made.log.read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["serve", "chat"])
def test_an_upstream_is_served_without_a_model(made, target):
    (made.run / "export" / ".done").unlink()
    done = made.make(target, UPSTREAM="http://host:8000/v1#a model", ANSWERS="5", SURE_FROM="4")
    assert (done.returncode, made.steps()) == (0, ["serve"]), done.stderr
    assert "--answers 5 --sure-from 4" in made.log.read_text()


def test_an_upstream_is_asked_by_an_assistant_too(made):
    (made.run / "export" / ".done").unlink()
    done = made.make("mcp", UPSTREAM="http://host:8000/v1#a model")
    assert (done.returncode, made.steps()) == (0, ["serve_mcp"]), done.stderr
    assert made.log.read_text().rstrip().endswith("--upstream http://host:8000/v1#a model")
    assert made.make("mcp").returncode == 2


def test_a_gguf_file_is_made_of_the_model_that_is_there(made):
    for kind, given in (("q8_0", {}), ("f16", {"GGUF": "f16"})):
        assert made.make("gguf", **given).returncode == 0
        assert made.steps() == ["export_gguf"]
        assert made.log.read_text().strip().endswith(f"--kind {kind} --output {made.run}/gguf")
    (made.run / "export" / ".done").unlink()
    assert "no model yet: " in made.make("gguf").stderr


def test_where_another_run_has_a_model_it_is_named(made):
    none = made.make("chat", RUN="other")
    assert none.returncode == 2
    name = "RUN=r" if made.orchestrator == "make" else "-Run r"
    [line] = [line for line in none.stderr.splitlines() if line.startswith("error:")]
    assert line.endswith(f"; there is one with {name}")
    (made.run / "export" / ".done").unlink()
    assert "there is one" not in made.make("chat", RUN="other").stderr


def test_serving_by_itself_says_that_there_is_no_model(tmp_path):
    words = ("--model", "export", "--catalog", "catalog.json", "--settings", "settings.json")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/serve.py", *words], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == "error: export: no model yet: make all\n"


# ---- Content counts, not age ---------------------------------------------------------------------------------------


def test_a_touch_of_all_that_comes_from_outside_makes_nothing_stale(chain):
    extra = chain.folder / "extra"
    extra.mkdir()
    (extra / "mine.json").write_text("[]")
    database = Path(chain.variables["DATABASE"])
    names = {"EXTRA": str(extra)}
    assert chain.make("all", **names).returncode == 0
    for path in (database, extra / "mine.json", *Path(chain.variables["SOURCE"]).iterdir()):
        path.write_bytes(path.read_bytes())
        os.utime(path, (2_000_000_000, 2_000_000_000))
    # A comment says nothing, and what git keeps beside the source is no source.
    database.write_text(f"# a comment\n{DATABASE}")
    (Path(chain.variables["SOURCE"]) / ".git").mkdir()
    (Path(chain.variables["SOURCE"]) / ".git" / "index").write_text("written by git")
    again = chain.make("all", **names)
    assert again.returncode == 0, again.stderr
    assert chain.steps() == []


@pytest.mark.parametrize(
    ("what", "first", "said"),
    [
        ("source", "extract_catalog", "tables.sql changed"),
        ("new source", "extract_catalog", "views.sql is new"),
        ("database", "extract_catalog", "database.yaml: title a database -> another"),
        ("extra", "build_suite", "extra"),
        ("seed", "build_suite", "seed 20260 -> 5"),
    ],
)
def test_what_would_cost_trained_stages_is_refused_and_with_fresh_the_old_run_is_moved_aside(own, what, first, said):
    before = trained(own).state()
    source, variables = Path(own.variables["SOURCE"]), {}
    match what:
        case "source":
            (source / "tables.sql").write_text("CREATE TABLE dbo.Customer (CustomerID int NOT NULL);\nGO\n")
        case "new source":
            (source / "views.sql").write_text("CREATE VIEW dbo.V AS SELECT 1 AS One\n")
        case "database":
            Path(own.variables["DATABASE"]).write_text(DATABASE.replace("a database", "another"))
        case "extra":
            (own.folder / "extra").mkdir()
            (own.folder / "extra" / "mine.json").write_text("[]")
            variables = {"EXTRA": str(own.folder / "extra")}
        case "seed":
            variables = {"SEED": "5"}
    refused = own.make("all", **variables)
    assert refused.returncode == 2
    [line] = [line for line in refused.stderr.splitlines() if line.startswith("error:")]
    assert said in line
    assert "the trained stages sft, dpo, kto" in line and "FRESH=1" in line and "RUN=" in line
    assert own.state() == before and own.steps() == []
    assert own.make("all", **variables, FRESH="1").returncode == 0
    assert own.steps()[0] == first
    assert own.steps()[-1] == "build_report"
    [old] = [path for path in own.run.parent.glob("r.*") if path.is_dir()]
    assert state_of(old) == before


def test_other_packages_are_another_base(made):
    packages = made.run / "inputs" / "packages.txt"
    text = packages.read_text()
    assert "torch==" in text
    packages.write_text(text.replace("torch==", "torch==0."))
    done = made.make("all")
    assert done.returncode == 2
    assert "torch changed" in done.stderr


def test_a_run_without_trained_stages_just_goes_on(chain):
    chain.make("data")
    assert chain.make("data", SEED="5").returncode == 0
    assert chain.steps() == ORDER[1 : ORDER.index("register_datasets") + 1]


@pytest.mark.parametrize("step", ["run_validation.py", "build_report", "export_model", "build_suite"])
def test_a_failed_step_leaves_every_earlier_file_of_others(made, step):
    made.touch("gates/sft.json") if step != "build_suite" else made.touch("catalog.json")
    before = made.state()
    assert made.make("all", fail=step).returncode == 2
    after = made.state()
    failed = made.steps()[-1]
    gone = set(before) - set(after)
    assert not any(name in ("settings.json", "source.stamp", "catalog.json", "base/.done") for name in gone), failed
    assert made.make("all").returncode == 0


# ---- One run, one writer -------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_holds_the_run_and_ends(made):
    before = made.state()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(ROOT / "scripts"), str(made.run)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline()
    done = made.make("all")
    assert done.returncode == 2
    assert f"in use by process {holder.pid}, since 20" in done.stderr
    assert made.make("clean", YES="1").returncode == 2
    # Who only looks is let in.
    assert made.make("plan").returncode == 0
    assert made.state() == before
    holder.kill()
    holder.wait()
    # However the holder ended, the run is free.
    assert made.make("all").returncode == 0


HOLD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from vgpt2.chain.lock import hold
hold(Path(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


# ---- Names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["O'Brien db", 'two "quotes"', "a$b", "half (new)", "käse"])
def test_names_with_blanks_and_quotes_work(chain, name):
    for folder in ("source", "extra"):
        (chain.folder / name / folder).mkdir(parents=True)
    (chain.folder / name / "source" / "tables.sql").write_text("CREATE TABLE dbo.Vendor (VendorID int);\nGO\n")
    (chain.folder / name / "extra" / "mine.json").write_text("[]")
    (chain.folder / name / "own.yaml").write_text(DATABASE)
    given = {"SOURCE": "source", "EXTRA": "extra", "DATABASE": "own.yaml"}
    done = chain.make("data", **{key: str(chain.folder / name / value) for key, value in given.items()})
    assert done.returncode == 0, done.stderr
    assert chain.steps()[-1] == "register_datasets"


@pytest.mark.parametrize("name", ["my runs", "O'Brien", "a$b"])
def test_runs_with_blanks_work_or_are_refused_in_one_line(chain, name):
    folder = chain.folder / name
    done = chain.make("data", RUNS=str(folder))
    if chain.orchestrator == "powershell":
        assert done.returncode == 0 and (folder / "r" / "catalog.json").exists()
    else:
        assert done.returncode == 2 and not folder.exists()
        [line] = done.stderr.splitlines()
        assert "RUNS=" in line


@pytest.mark.parametrize(("name", "near"), [("PROFIL", "PROFILE"), ("profile", "PROFILE"), ("STOPAFTER", "STOP_AFTER")])
def test_a_misspelt_variable_is_refused_with_the_nearest_name(make_chain, name, near):
    done = make_chain.make("all", **{name: "tiny"})
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert f"{name}: no such variable; did you mean {near}?" in line
    assert not make_chain.run.parent.exists()


@pytest.mark.parametrize("runs", ["/proc/none", "/dev/null/runs"])
def test_a_place_that_cannot_be_written_is_one_line(chain, runs):
    done = chain.make("all", RUNS=runs)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert runs in line


# ---- clean ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", ["", ".", "..", "../source", "r/../.."])
def test_clean_takes_the_plain_name_of_a_run_only(made, run):
    (made.folder / "source").mkdir()
    (made.folder / "source" / "settings.json").touch()
    before = made.state()
    done = made.make("clean", RUN=run, YES="1")
    assert done.returncode == 2
    assert made.state() == before
    assert (made.folder / "source").exists()


def test_clean_asks_first_and_leaves_what_is_no_run(made):
    assert made.make("clean").returncode == 2
    assert made.run.exists()
    other = made.run.parent / "mine"
    other.mkdir()
    (other / "thesis.txt").touch()
    assert made.make("clean", RUN="mine", YES="1").returncode == 2
    assert other.exists()
    done = made.make("clean", YES="1")
    assert done.returncode == 0
    assert "is deleted" in done.stdout
    assert not made.run.exists()
    assert other.exists()


# ---- status --------------------------------------------------------------------------------------------------------


def test_status_without_a_name_shows_the_last_run_and_lists_the_others(tmp_path):
    import runpy

    from click.testing import CliRunner

    main = runpy.run_path(str(ROOT / "scripts" / "show_status.py"))["main"]
    none = CliRunner().invoke(main, ["--runs", str(tmp_path)])
    assert none.exit_code == 2
    for age, name in enumerate(("first", "second")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.json").touch()
        os.utime(tmp_path / name / "settings.json", (1000 + age, 1000 + age))
    shown = CliRunner().invoke(main, ["--runs", str(tmp_path)]).output
    assert "/second" in shown
    assert "other runs: first" in shown
    missing = CliRunner().invoke(main, ["--run-dir", str(tmp_path / "secnd")])
    assert missing.exit_code == 2
    assert "did you mean 'second'?" in missing.output
