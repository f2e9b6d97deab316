"""Torch from another index: of the locked versions, and all else by the lock's hashes."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .pretended import NOTE, noted, power, program
from .walked import PWSH, ROOT, needs_pwsh

sys.path.insert(0, str(ROOT / "scripts"))
import install_torch

INDEX = "https://download.pytorch.org/whl/cu128"
LOCK = (ROOT / "requirements.txt").read_text()


def entries(lock: str) -> dict[str, str]:
    """The text of each entry of a lock, by name."""
    parts = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    return {part.partition("==")[0]: part for part in parts if "==" in part}


def test_what_is_left_of_the_lock_keeps_its_hashes():
    whole, left = entries(LOCK), entries(install_torch.rest(LOCK))
    gone = set(whole) - set(left)
    assert gone >= set(install_torch.BUILDS)
    assert all(whole[name] == text for name, text in left.items())
    # What goes beside the three is asked for by torch alone, and for Linux alone.
    for name in gone - set(install_torch.BUILDS):
        assert "sys_platform == 'linux'" in whole[name]
        via = set(re.findall(r"^    #(?: via| )? +([\w-]+)$", whole[name], re.MULTILINE)) - {"via"}
        assert via and via <= gone, name
    torch_alone = {name for name, text in whole.items() if re.search(r"# via torch$", text, re.MULTILINE)}
    assert {name for name in torch_alone if "linux" in whole[name]} <= gone


def test_a_lock_of_more_packages_loses_the_same():
    left = entries(install_torch.rest((ROOT / "requirements-gpu.txt").read_text()))
    assert "torch" not in left and {"bitsandbytes", "deepspeed"} <= set(left)


def wheel(folder: Path, name: str, version: str, *requires: str) -> str:
    """A wheel with nothing in it, in a folder of an index; gives its SHA-256."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    files = {
        f"{info}/METADATA": "\n".join(
            [
                "Metadata-Version: 2.1",
                f"Name: {name}",
                f"Version: {version}",
                *(f"Requires-Dist: {r}" for r in requires),
            ]
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / name / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        lines = []
        for inner, text in files.items():
            archive.writestr(inner, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            lines.append(f"{inner},sha256={digest},{len(text)}")
        archive.writestr(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,"]))
    with (folder / name / "index.html").open("a") as page:
        page.write(f'<a href="{path.name}">{path.name}</a>\n')
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def registries(tmp_path) -> tuple[Path, Path, Path]:
    """A registry, an index of other builds, and a lock with the registry's hashes."""
    registry, builds = tmp_path / "registry", tmp_path / "builds"
    pinned = {
        ("filelock", "3.0"): wheel(registry, "filelock", "3.0"),
        ("torch", "2.9.1"): wheel(registry, "torch", "2.9.1", "filelock", "nvidia-cublas-cu12==12.8"),
        ("torchvision", "0.24.1"): wheel(registry, "torchvision", "0.24.1", "torch==2.9.1"),
        ("torchaudio", "2.9.1"): wheel(registry, "torchaudio", "2.9.1"),
        ("nvidia-cublas-cu12", "12.8"): wheel(registry, "nvidia-cublas-cu12", "12.8"),
        ("peft", "1.0"): wheel(registry, "peft", "1.0", "torch>=2"),
    }
    wheel(
        builds,
        "torch",
        "2.9.1+cu126",
        "filelock",
        'nvidia-cublas-cu12==12.6; sys_platform == "linux"',
        "triton==9; extra == 'x'",
    )
    for name, version in (
        ("torchvision", "0.24.1+cu126"),
        ("torchaudio", "2.9.1+cu126"),
        ("nvidia-cublas-cu12", "12.6"),
    ):
        wheel(builds, name, version)
    # This one is the registry's alone: an index that offers it is not asked.
    wheel(builds, "peft", "1.0")
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        "".join(f"{n}=={v} \\\n    --hash=sha256:{digest}\n    # via x\n" for (n, v), digest in pinned.items())
    )
    return registry, builds, lock


def set_up(registry: Path, index: str, lock: Path, venv: Path) -> subprocess.CompletedProcess:
    """scripts/setup_venv.sh with a registry on file."""
    (lock.parent / "scripts").mkdir(exist_ok=True)
    (lock.parent / "scripts/install_torch.py").write_text((ROOT / "scripts/install_torch.py").read_text())
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": registry.as_uri(), "VGPT2_TORCH_INDEX": index}
    words = ["bash", ROOT / "scripts/setup_venv.sh", venv, lock.name]
    return subprocess.run(words, cwd=lock.parent, env=environment, capture_output=True, text=True)


def test_torch_comes_from_the_index_and_the_rest_by_hash(registries, tmp_path):
    registry, builds, lock = registries
    venv = tmp_path / "venv"
    done = set_up(registry, builds.as_uri(), lock, venv)
    assert done.returncode == 0, done.stderr
    there = {path.name.removesuffix(".dist-info") for path in venv.glob("lib/*/site-packages/*.dist-info")}
    assert there >= {"torch-2.9.1+cu126", "torchvision-0.24.1+cu126", "torchaudio-2.9.1+cu126"}
    assert there >= {"nvidia_cublas_cu12-12.6", "filelock-3.0", "peft-1.0"}
    assert not any("12.8" in name for name in there)


def test_an_index_without_these_versions_is_one_line_with_the_way_out(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("".join(f"{name}==99.1 \\\n    --hash=sha256:0\n" for name in install_torch.BUILDS))
    index = (tmp_path / "empty").as_uri()
    words = [sys.executable, ROOT / "scripts/install_torch.py", "--index", index, "--rest", tmp_path / "rest", lock]
    environment = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert f"error: {index}: torch==99.1, torchvision==99.1, torchaudio==99.1 could not be had" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "rest").exists()


def test_a_password_in_the_url_is_not_shown():
    assert install_torch.shown("https://me:secret@host/whl") == "https://host/whl"


# ---- What PowerShell and make do with it -----------------------------------------------------------------------------


@needs_pwsh
@pytest.mark.parametrize("by", ["parameter", "environment"])
def test_set_up_on_windows_takes_torch_from_the_index_first(tmp_path, by):
    bins = tmp_path / "bin"
    body = f'{NOTE}\ncase "$2" in venv) mkdir -p "$3/Scripts"; cp "$0" "$3/Scripts/python.exe";; esac'
    # What the real one leaves for the next call.
    body += '\ncase "$1" in *install_torch.py) mkdir -p "$5"; cp "$6" "$5";; esac'
    program(bins, "python3", body)
    program(bins, "nvidia-smi", "echo 24564")
    given = ["-TorchIndex", INDEX] if by == "parameter" else []
    environment = {
        "OS": "Windows_NT",
        "LOCALAPPDATA": str(tmp_path),
        "XDG_CACHE_HOME": "",
        "NOTES": str(tmp_path / "log"),
    }
    environment |= {} if given else {"VGPT2_TORCH_INDEX": INDEX}
    done = power("setup", "-Profile", "cpu", *given, path=bins, **environment)
    assert done.returncode == 0, done.stderr
    assert "note:" not in done.stderr
    calls = [words for words in noted(tmp_path) if words[0] == "scripts/install_torch.py" or words[:2] == ["-m", "pip"]]
    [venv] = (tmp_path / "vgpt2").glob("venv-*[!k]")
    assert calls[0] == ["scripts/install_torch.py", "--index", INDEX, "--rest", f"{venv}/rest", "requirements.txt"]
    assert calls[1][-3:] == ["--require-hashes", "-r", f"{venv}/rest/requirements.txt"]


@needs_pwsh
def test_a_gpu_on_windows_and_the_registrys_torch_is_a_note_before_it_is_installed(tmp_path):
    bins = tmp_path / "bin"
    program(bins, "python3", 'case "$2" in venv) mkdir -p "$3/Scripts"; cp "$0" "$3/Scripts/python.exe";; esac')
    program(bins, "nvidia-smi", "echo 24564")
    environment = {"OS": "Windows_NT", "LOCALAPPDATA": str(tmp_path), "XDG_CACHE_HOME": ""}
    done = power("setup", path=bins, **environment)
    [note] = done.stderr.splitlines()
    assert note.startswith("note: there is a GPU, and the torch that set-up installs on Windows is the build for CPUs")
    assert f"-TorchIndex {INDEX}, or -Container" in note
    assert "note:" not in power("setup", path=bins, **environment | {"OS": "Linux", "HOME": str(tmp_path)}).stderr


def test_make_and_powershell_name_the_same_folder_of_packages():
    """The key is of the lock and of the index; without one it is as it was."""
    probe = ["make", "--no-print-directory", "--eval", "probe: ; @echo '$(VENV)'", "probe", "PROFILE=cpu"]
    kept = {key: value for key, value in os.environ.items() if key not in ("VGPT2_TORCH_INDEX", "PYTHON", "MAKEFLAGS")}

    def key(*words: str, **environment: str) -> str:
        done = subprocess.run([*probe, *words], cwd=ROOT, env=kept | environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().rpartition("-")[2]

    wanted = hashlib.sha256(LOCK.encode() + INDEX.encode()).hexdigest()[:12]
    assert key(f"TORCH_INDEX={INDEX}") == key(VGPT2_TORCH_INDEX=INDEX) == wanted
    assert key() == key("TORCH_INDEX=", VGPT2_TORCH_INDEX=INDEX) == hashlib.sha256(LOCK.encode()).hexdigest()[:12]
    if PWSH:
        said = power("plan", "-Profile", "cpu", "-TorchIndex", INDEX, XDG_CACHE_HOME="/nowhere").stdout
        assert f"venv-{wanted}" in said


@pytest.mark.parametrize("index", ["cu128", "/some/folder", "ftp://host/whl"])
def test_an_index_that_is_none_is_one_line(tmp_path, index):
    said = [subprocess.run(["make", "plan", f"TORCH_INDEX={index}"], cwd=ROOT, capture_output=True, text=True).stderr]
    said += [power("plan", "-TorchIndex", index).stderr] if PWSH else []
    for text in said:
        assert f"={index}: no index; give its URL, as {INDEX}" in text
