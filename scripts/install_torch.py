"""Install torch, torchvision and torchaudio of the locked versions from an index of other builds, before the rest.

The registry has one build a platform: for CPUs on Windows, for CUDA 12.8 on Linux. Works with nothing but pip, for it
is run by an environment that has no packages yet.

**Reads** the lock files.
**Writes** into the environment of the Python that runs it, and in the folder `--rest` each lock file without what came
from the index: it is installed next, with its hashes.
**Run as** `venv/bin/python scripts/install_torch.py --index https://download.pytorch.org/whl/cu128 --rest venv/rest
requirements.txt`
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

# mm_plugin of LLaMA-Factory imports all three, and they must match.
BUILDS = ("torch", "torchvision", "torchaudio")
# What a build of torch brings along in exactly one version: CUDA's libraries and the compiler of its kernels.
COMPANIONS = re.compile(r"(nvidia-[a-z0-9-]+-cu\d+|triton)$")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def main() -> None:
    """Install from the index, then write what is left of the locks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", required=True, help="URL of the index")
    parser.add_argument("--rest", required=True, type=Path, help="folder for what is left of the lock files")
    parser.add_argument("locks", nargs="+", type=Path, help="lock files")
    asked = parser.parse_args()
    texts = {path: path.read_text(encoding="utf-8") for path in asked.locks}
    install(pins("\n".join(texts.values())), asked.index)
    install(companions(), asked.index)
    asked.rest.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        (asked.rest / path.name).write_text(rest(text), encoding="utf-8")
    import importlib.metadata

    print(f"setup: torch {importlib.metadata.version('torch')} from {shown(asked.index)}")


def pins(lock: str) -> list[str]:
    """The three as the lock pins them: `torch==2.9.1`."""
    found = {match[1]: match[0] for match in map(PIN.match, lock.splitlines()) if match}
    lacking = [name for name in BUILDS if name not in found]
    if lacking:
        stop(f"the lock pins no {', '.join(lacking)}; run make lock")
    return [found[name] for name in BUILDS]


def companions() -> list[str]:
    """What the torch that is now installed requires in exactly one version, and is no longer the lock's."""
    import importlib.metadata

    from pip._vendor.packaging.requirements import Requirement

    needed = [Requirement(text) for text in importlib.metadata.requires("torch") or []]
    here = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return [f"{one.name}{one.specifier}" for one in here if COMPANIONS.match(one.name.lower())]


def install(requirements: list[str], index: str) -> None:
    """These and nothing that they require: the rest is the lock's, with its hashes."""
    import importlib
    import subprocess

    if not requirements:
        return
    words = "--disable-pip-version-check --no-input --progress-bar off --no-deps --index-url".split()
    if subprocess.run([sys.executable, "-m", "pip", "install", *words, index, *requirements]).returncode:
        stop(
            f"{shown(index)}: {', '.join(requirements)} could not be had from there (see above); it has to have these"
            " for this Python and system, as https://download.pytorch.org/whl/cu128 has"
        )
    importlib.invalidate_caches()


def rest(lock: str) -> str:
    """The lock without what came from the index: an entry begins with its pin, and ends before the next."""
    kept, keep = [], True
    for line in lock.splitlines(keepends=True):
        begins = PIN.match(line)
        if begins:
            keep = begins[1] not in BUILDS and not COMPANIONS.match(begins[1])
        if keep:
            kept.append(line)
    return "".join(kept)


def shown(index: str) -> str:
    """The URL without the user and password that it may carry."""
    return re.sub(r"//[^/@]*@", "//", index)


def stop(problem: str) -> None:
    """One line, as of every script."""
    print(f"error: {problem}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
