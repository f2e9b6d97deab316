"""Set-up and defaults: what make chooses when it is told nothing, and how it says no."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from vgpt2.settings import load_profile, profile_names

ROOT = Path(__file__).parents[2]


def value(name: str, *arguments: str, path: str = "", cwd: Path = ROOT) -> str:
    """What make takes a variable for."""
    environment = {key: text for key, text in os.environ.items() if key not in ("PROFILE", "SOURCE", "PYTHON", "RUN")}
    environment["PATH"] = f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]
    probe = f"probe: ; @echo '$({name})'"
    done = subprocess.run(
        ["make", "--no-print-directory", "--eval", probe, "probe", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("memory", "profile"),
    [("49140", "a6000"), ("24564", "gpu24"), ("8192", "cpu"), ("16376\n81559", "a6000"), ("", "cpu")],
)
def test_the_profile_fits_the_machine(tmp_path, memory, profile):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nprintf '{memory}\\n'\n" if memory else "#!/bin/sh\nexit 9\n")
    program.chmod(0o755)
    assert value("PROFILE", path=str(tmp_path)) == profile


@pytest.mark.parametrize("name", profile_names())
def test_the_suite_is_that_of_the_profile(name):
    assert value("SUITE", f"PROFILE={name}") == load_profile(name).exam.suite


@pytest.mark.parametrize(
    ("folder", "inside", "database"),
    [
        ("VGPT2", "Viewpoint_Database/_Metadata", "vista"),
        ("metadata", "_Metadata", "vista"),
        ("adventure-works", "", "adventureworks"),
        ("northwind", "", "generic"),
        ("my database", "", "generic"),
    ],
)
def test_the_database_settings_fit_the_source(tmp_path, folder, inside, database):
    (tmp_path / folder / inside).mkdir(parents=True)
    assert value("DATABASE", f"SOURCE={tmp_path / folder}") == f"automation/configs/databases/{database}.yaml"


def test_the_run_is_named_after_source_and_profile():
    assert value("RUN", "SOURCE=../adventure-works/", "PROFILE=cpu") == "adventure-works-cpu"
    assert value("RUN", "SOURCE=/data/my database", "PROFILE=tiny") == "my-database-tiny"


def test_another_model_names_another_run_and_brings_its_packages(tmp_path):
    given = ("SOURCE=/data/erp", "PROFILE=a6000")
    assert value("RUN", *given, "MODEL=qwen2.5-coder-7b") == "erp-a6000-qwen2.5-coder-7b"
    assert value("RUN", *given, "MODEL=/models/My Model") == "erp-a6000-My-Model"
    assert "requirements-gpu.txt" not in value("LOCKS", *given, "MODEL=qwen2.5-coder-7b")
    assert "requirements-gpu.txt" in value("LOCKS", *given, "MODEL=qwen2.5-32b-qlora")
    mine = tmp_path / "mine.yaml"
    mine.write_text("train:\n  common: {quantization_bit: 8}\n")
    assert "requirements-gpu.txt" in value("LOCKS", *given, f"MODEL={mine}")
    assert value("RUN", *given, f"MODEL={mine}") == "erp-a6000-mine"


def test_a_server_as_source_gets_its_driver_and_the_name_of_its_database():
    source = "SOURCE=mssql://erp:1433/My-Vista"
    assert "requirements-mssql.txt" in value("LOCKS", source)
    assert "requirements-mssql.txt" not in value("LOCKS")
    assert value("RUN", source, "PROFILE=cpu") == "My-Vista-cpu"
    assert value("DATABASE", source) == "automation/configs/databases/generic.yaml"


def test_the_venv_is_keyed_by_the_lock_file(tmp_path):
    from vgpt2.files import sha256

    key = sha256(ROOT / "requirements.txt")[:12]
    assert value("VENV", "PROFILE=cpu").endswith(f"/vgpt2/venv-{key}")
    assert value("VENV", "PROFILE=multi") != value("VENV", "PROFILE=cpu")


@pytest.mark.parametrize("name", profile_names())
def test_quantised_and_sharded_profiles_get_their_packages(name):
    profile = load_profile(name)
    needs = bool(profile.launch.deepspeed) or "quantization_bit" in profile.train.common
    assert ("requirements-gpu.txt" in value("LOCKS", f"PROFILE={name}")) == needs


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone holds that set-up needs."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-gpu.txt"):
        shutil.copy(ROOT / name, folder)
    for name in ("scripts", "automation"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def make(folder: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess:
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def fake_python(folder: Path, body: str) -> None:
    """Every name that set-up looks for, doing the same."""
    folder.mkdir(exist_ok=True)
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)


def test_a_second_clone_reuses_the_packages_and_links_them(clone, tmp_path):
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv/.done").touch()
    done = make(clone, "setup", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 0, done.stderr
    assert (clone / ".venv").readlink() == tmp_path / "venv"
    assert "setup_venv" not in done.stdout


def test_an_interpreter_of_the_user_means_no_set_up(clone):
    done = make(clone, "setup", "PYTHON=python3", "VENV=/nowhere/venv")
    assert done.returncode == 0
    assert "nothing to do" in done.stdout
    assert not (clone / ".venv").exists()


def test_set_up_installs_by_hash_and_marks_it_last(clone, tmp_path):
    installs = 'pip) echo "$*" > "$(dirname "$0")/../pip";;'
    fake_python(tmp_path / "bin", f'case "$2" in venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";; {installs} esac')
    done = make(clone, "setup", f"VENV={tmp_path / 'venv'}", path=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert "--require-hashes -r" in (tmp_path / "venv/pip").read_text()
    assert (tmp_path / "venv/.done").exists()


def test_an_install_that_fails_does_not_count_and_is_begun_anew(clone, tmp_path):
    fake_python(tmp_path / "bin", 'case "$2" in venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";; pip) exit 1;; esac')
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    assert make(clone, "setup", f"VENV={tmp_path / 'venv'}", path=path).returncode == 2
    assert not (tmp_path / "venv/.done").exists()
    assert "packages into" in make(clone, "setup", f"VENV={tmp_path / 'venv'}", path=path).stdout


# Beyond two gigabytes too, which mawk writes as 4.096e+09.
@pytest.mark.parametrize(("free", "said"), [(500_000, "512"), (4_000_000, "4096")])
def test_no_space_for_the_packages_is_said_before_anything_is_installed(clone, tmp_path, free, said):
    installs = 'pip) touch "$(dirname "$0")/../pip";;'
    fake_python(tmp_path / "bin", f'case "$2" in venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python";; {installs} esac')
    (tmp_path / "bin" / "df").write_text(f"#!/bin/sh\necho head\necho /dev/x 9 9 {free} 99% /\n")
    (tmp_path / "bin" / "df").chmod(0o755)
    done = make(clone, "setup", f"VENV={tmp_path / 'venv'}", path=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert f"{said} MB free, about 9000 MB needed for the packages" in line
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("venv", ["/proc/none/venv", "/dev/null/venv"])
def test_packages_that_cannot_be_written_anywhere_are_one_line(clone, venv):
    done = make(clone, "setup", f"VENV={venv}")
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert f"{venv}: cannot be written; give another folder with VENV=folder" in line


@pytest.mark.parametrize(
    ("body", "message"),
    [("exit 1", "no Python 3.11 or newer found"), ('case "$2" in *ensurepip*) exit 1;; esac', "has no venv module")],
)
def test_an_unfit_python_is_one_clear_line(clone, tmp_path, body, message):
    fake_python(tmp_path / "bin", body)
    done = make(clone, "setup", f"VENV={tmp_path / 'venv'}", path=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert message in line


def plain(text: str) -> str:
    """What make and PowerShell say alike: their variables and lists are written a little differently."""
    return re.sub(r"[_,]", "", text.lower())


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PROFILE": "tinny"}, "PROFILE=tinny: no such profile; there are a6000 cpu"),
        ({"SOURCE": "/no/such"}, "SOURCE=/no/such: no such folder"),
        ({"DATABASE": "/no/such.yaml"}, "/no/such.yaml: no such file"),
        ({"EXTRA": "/no/such"}, "EXTRA=/no/such: no such folder"),
        ({"TEACHER": "http://localhost/v1"}, "TEACHER and TEACHER_MODEL go together"),
        ({"TEACHER_MODEL": "qwen3"}, "TEACHER and TEACHER_MODEL go together"),
        ({"TEACHER": "bsae"}, "TEACHER=bsae: no such teacher; there are base, none, and an endpoint by its URL"),
        ({"TEACHER": "base", "TEACHER_MODEL": "qwen3"}, "TEACHER=base has no model to name"),
        ({"STOP_AFTER": "stf"}, "STOP_AFTER=stf: no such stop"),
    ],
)
def test_a_mistake_is_one_line_with_nothing_written(chain, variables, message):
    done = chain.make("all", **variables)
    assert done.returncode == 2
    assert len([line for line in plain(done.stderr).splitlines() if plain(message) in line]) == 1
    assert "Traceback" not in done.stderr
    assert chain.steps() == []
    assert not chain.run.exists()


@pytest.mark.parametrize(("name", "text"), [("PROFILE", "tinny"), ("SOURCE", "/no/such")])
def test_a_mistake_does_not_wait_for_the_packages(clone, tmp_path, name, text):
    chosen = {"PROFILE": "tiny", "SOURCE": "scripts", name: text}
    done = make(clone, "all", f"VENV={tmp_path / 'venv'}", *(f"{key}={value}" for key, value in chosen.items()))
    assert done.returncode == 2
    assert f"{name}={text}: no such" in done.stderr
    assert "packages into" not in done.stdout
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("target", ["help", "clean"])
def test_what_needs_neither_profile_nor_source_asks_for_none(tmp_path, target):
    assert make(ROOT, target, "PROFILE=tinny", "SOURCE=/no/such", f"RUNS={tmp_path}").returncode == 0


def test_a_bare_name_of_database_settings_is_one_of_the_projects_own(chain):
    done = chain.make("data", DATABASE="vista.yaml")
    assert done.returncode == 0, done.stderr
    assert "--database automation/configs/databases/vista.yaml" in chain.log.read_text()


def prepare(clone: Path, profile: str = "multi") -> subprocess.CompletedProcess:
    """Run the clone's prepare_run.py; it writes into run/."""
    command = f"scripts/prepare_run.py --profile {profile} --source scripts --database generic.yaml --run r --output"
    words = [sys.executable, *command.split(), "run/settings.json"]
    return subprocess.run(words, cwd=clone, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("stages/stage3_kto.yaml", "pref_beta: ", "pref_beta: 1"),
        ("launch/zero3.json", '"stage": 3', '"stage": 2'),
    ],
)
def test_an_edit_of_what_the_trainer_reads_is_another_run(clone, name, before, after):
    path = clone / "automation/configs" / name
    assert prepare(clone).returncode == 0
    first = (clone / "run/settings.json").read_bytes()
    text = path.read_text()
    if path.suffix == ".yaml":
        path.write_text(f"# a comment\n{text}")
        prepare(clone)
        assert (clone / "run/settings.json").read_bytes() == first
    assert before in text
    path.write_text(text.replace(before, after))
    assert "settings.json" in prepare(clone).stdout
    assert (clone / "run/settings.json").read_bytes() != first


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("profiles/tiny.yaml", "    lora_rnak: 8", "takes no argument 'lora_rnak'; did you mean 'lora_rank'?"),
        ("stages/stage2_dpo.yaml", "lora_rnak: 8", "takes no argument 'lora_rnak'; did you mean 'lora_rank'?"),
        ("profiles/tiny.yaml", "# \x01", "tiny.yaml: not YAML: unacceptable character #x0001"),
    ],
)
def test_a_fault_in_what_the_trainer_reads_is_found_at_once(clone, name, line, message):
    path = clone / "automation/configs" / name
    path.write_text(f"{path.read_text().rstrip()}\n{line}\n")
    done = prepare(clone, "tiny")
    assert done.returncode == 2
    [error] = done.stderr.splitlines()
    assert name.rpartition("/")[2] in error
    assert message in error
    assert not (clone / "run").exists()


def test_an_unknown_key_in_the_database_settings_names_the_nearest(chain):
    Path(chain.variables["DATABASE"]).write_text("name: own\nprefix: own\ntitle: x\ncase_sensitiv: true\n")
    done = chain.make("all")
    assert done.returncode == 2
    assert "unknown key 'case_sensitiv'; did you mean 'case_sensitive'?" in done.stderr


def test_shellcheck_finds_nothing():
    files = [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"]
    done = subprocess.run([Path(sysconfig.get_path("scripts")) / "shellcheck", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_help_lists_every_target():
    listed = {line.split()[0] for line in make(ROOT, "help").stdout.splitlines() if line.startswith("  ")}
    wanted = (
        "all help plan status setup data baseline sft dpo kto regression report export serve chat test lint bench clean"
    )
    assert set(wanted.split()) <= listed


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-gpu.txt", "automation/tools/audit.txt"])
def test_the_lock_pins_every_package_with_a_hash_and_names_no_index(lock):
    text = (ROOT / lock).read_text()
    assert "index-url" not in text
    packages = [
        entry for entry in text.replace("\\\n", " ").splitlines() if entry and not entry.lstrip().startswith("#")
    ]
    assert len(packages) > 30
    for entry in packages:
        assert "==" in entry.split()[0], entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]
