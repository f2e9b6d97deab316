"""Every script: says what it reads and writes, answers `--help` at once; none imports another. Layers: `make lint`."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
ALL = sorted(SCRIPTS.glob("*.py"))
LIBRARY = sorted((SCRIPTS / "vgpt2").rglob("*.py"))
HEAVY = {"torch", "transformers", "llamafactory", "datasets", "matplotlib", "peft", "trl", "fastapi", "openai"}


def imports(path: Path, top_only: bool = False) -> set[str]:
    """Modules that a file imports; with `top_only`, those outside of functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("script", ALL, ids=lambda path: path.stem)
def test_its_docstring_says_what_it_reads_and_writes_and_how_to_run_it(script):
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    for word in ("**Reads**", "**Writes**", "**Run as**", f"scripts/{script.name}"):
        assert word in text


@pytest.mark.parametrize("script", ALL, ids=lambda path: path.stem)
def test_its_help_is_there_at_once(script):
    def seconds() -> float:
        started = time.perf_counter()
        done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "--help" in done.stdout
        return time.perf_counter() - started

    # Half a second is the budget of an idle machine: twice the budget, and the best of three, for a busy one.
    assert any(seconds() < 1.0 for _ in range(3))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_scripts_never_import_one_another(path):
    names = {script.stem for script in ALL} - {path.stem}
    assert not {name.split(".")[0] for name in imports(path)} & (names | {"scripts"})


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(SCRIPTS / "vgpt2")))
def test_the_library_never_imports_a_script(path):
    assert not {name.split(".")[0] for name in imports(path)} & ({script.stem for script in ALL} | {"scripts"})


@pytest.mark.parametrize("path", [*ALL, *LIBRARY], ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_heavy_packages_are_imported_where_they_are_used(path):
    assert not {name.split(".")[0] for name in imports(path, top_only=True)} & HEAVY


def test_the_settings_load_without_torch():
    blocked = "import sys; sys.modules.update(dict.fromkeys(('torch', 'transformers', 'llamafactory')))"
    code = f"{blocked}; sys.path.insert(0, {str(SCRIPTS)!r}); import vgpt2.settings as s; s.load_profile('cpu')"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("script", ["train_stage", "show_status"])
def test_a_python_without_the_packages_is_told_to_use_that_of_set_up(script):
    # -S: without site-packages, as an interpreter that nothing was installed for
    done = subprocess.run([sys.executable, "-S", SCRIPTS / f"{script}.py", "--help"], capture_output=True, text=True)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("error: ") and "has no package 'click': run .venv/bin/python" in line


def test_another_mistake_in_a_script_keeps_its_traceback():
    code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); import vgpt2; import vgpt2.nowhere"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
