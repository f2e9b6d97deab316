"""The image and the compose file, without an engine: they are linted and parsed, and `docker run` is only pretended."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
BIN = Path(sysconfig.get_path("scripts"))


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, value)."""
    from dockerfile_parse import DockerfileParser

    parser = DockerfileParser(path=str(DOCKERFILE))
    return [(item["instruction"], item["value"]) for item in parser.structure if item["instruction"] != "COMMENT"]


def test_hadolint_finds_nothing():
    done = subprocess.run([BIN / "hadolint", DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_one_base_image_by_tag(instructions):
    assert [value for name, value in instructions if name == "FROM"] == ["${BASE}"]
    [base] = [value for name, value in instructions if name == "ARG" and value.startswith("BASE=")]
    assert re.fullmatch(r"BASE=nvidia/cuda:[\w.-]+", base)


def test_its_install_step_is_that_of_make_setup(instructions):
    [install] = [value for name, value in instructions if name == "RUN" and "setup_venv" in value]
    [locks] = [value for name, value in instructions if name == "ARG" and value.startswith("LOCKS=")]
    recipe = subprocess.run(
        ["make", "-n", "setup", "PROFILE=multi", "VENV=/opt/vgpt2-venv", "PYTHON="],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    command = install.split("cache/pip ", 1)[1].replace("$LOCKS", locks.removeprefix("LOCKS=").strip('"'))
    assert command in recipe.splitlines()
    assert "--mount=type=cache" in install


def test_source_comes_after_the_packages_and_the_user_is_not_root(instructions):
    names = [name for name, _ in instructions]
    install = next(i for i, (name, value) in enumerate(instructions) if name == "RUN" and "setup_venv" in value)
    source = next(i for i, (name, value) in enumerate(instructions) if (name, value) == ("COPY", ". ."))
    assert install < source
    assert names.index("USER") > source
    assert dict(instructions)["USER"] not in ("root", "0")


def test_it_is_make_below_an_init_that_passes_signals_on(instructions):
    last = dict(instructions)
    assert last["ENTRYPOINT"] == '["tini", "-g", "--", "docker/start.sh"]'
    [packages] = [value for name, value in instructions if name == "RUN" and "apt-get install" in value]
    assert " tini " in f"{packages} "
    assert last["CMD"] == '["help"]'
    assert "/cache/huggingface" in last["VOLUME"]
    assert "PYTHON=" in last["ENV"]


def test_the_start_ends_in_make():
    assert (ROOT / "docker/start.sh").read_text().splitlines()[-1] == 'exec make "$@"'


def test_a_bill_of_materials_of_the_packages_is_in_it(instructions):
    [bill] = [value for name, value in instructions if name == "RUN" and "cyclonedx" in value]
    assert "--require-hashes -r automation/tools/audit.txt" in bill
    assert bill.endswith("--output-file /opt/vgpt2.cdx.json /opt/vgpt2-venv     && rm -rf /tmp/sbom")
    assert "cyclonedx-bom==" in (ROOT / "automation/tools/audit.txt").read_text()


def test_the_variant_for_cpus_is_this_file_with_arguments_that_it_has(instructions):
    said = "\n".join(line for line in DOCKERFILE.read_text().splitlines() if line.startswith("#"))
    given = set(re.findall(r"--build-arg (\w+)=", said))
    assert given == {value.partition("=")[0] for name, value in instructions if name == "ARG"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker/compose.yaml").read_text())["services"]


def test_compose_shares_memory_one_way_and_keeps_runs_and_hub(services):
    volumes = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())["volumes"]
    for service in services.values():
        assert service["ipc"] == "host"
        assert "shm_size" not in service
        assert service["stop_grace_period"] == "5m"
        parts = [mount.split(":") for mount in service["volumes"]]
        assert {part[0]: part[1] for part in parts if part[0] in volumes} == {
            "runs": "/app/runs", "hub": "/cache/huggingface",
        }  # fmt: skip
        context = ROOT / "docker" / service["build"]["context"]
        assert (context / service["build"]["dockerfile"]).resolve() == DOCKERFILE


def test_compose_trains_serves_and_watches(services):
    makefile = (ROOT / "Makefile").read_text()
    for name, target in {"train": "all", "serve": "serve", "watch": "watch"}.items():
        assert services[name]["command"][0] == target and f"\n{target}:" in makefile
    # Published on this machine alone, at the port that is listened on within.
    assert services["serve"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert services["watch"]["ports"] == ["127.0.0.1:${WATCH_PORT:-6006}:6006"]
    assert "PORT=6006" in services["watch"]["command"]
    assert services["watch"]["deploy"] == {} and services["train"]["deploy"]


def test_compose_shows_all_runs_by_the_tensorboard_that_the_image_has(services, instructions):
    service = services["tensorboard"]
    *_, program = service["entrypoint"]
    assert Path(program).parent.parent.as_posix() == "/opt/vgpt2-venv"
    [install] = [value for name, value in instructions if name == "RUN" and "requirements-tensorboard.txt" in value]
    assert "/opt/vgpt2-venv/bin/python -m pip install" in install and "--require-hashes" in install
    words = dict(zip(service["command"][::2], service["command"][1::2], strict=True))
    assert (words["--host"], words["--port"]) == ("0.0.0.0", "6007")
    assert service["ports"] == ["127.0.0.1:${TENSORBOARD_PORT:-6007}:6007"] and service["deploy"] == {}
    # It reads and writes nothing.
    assert f"runs:{words['--logdir']}:ro" in service["volumes"]
    # As the package itself reads these options, and not another one of the name.
    from tensorboard.program import TensorBoard

    board = TensorBoard()
    board.configure(["tensorboard", *service["command"]])
    assert (board.flags.logdir, board.flags.host, board.flags.port) == ("/app/runs", "0.0.0.0", 6007)


def test_the_check_of_the_image_starts_tensorboard_as_compose_does(services):
    [started] = re.findall(r"(\S+/tensorboard .*) &", (ROOT / "docker/image_check.sh").read_text())
    service = services["tensorboard"]
    assert started.split() == [service["entrypoint"][-1], *service["command"]]


def test_compose_without_a_gpu_is_the_small_image_of_the_dockerfiles_head(services):
    class Loader(yaml.SafeLoader):
        """Reads `!reset`, which is compose's own."""

    Loader.add_constructor("!reset", lambda loader, node: "reset")
    small = yaml.load((ROOT / "docker/compose.cpu.yaml").read_text(), Loader)["services"]
    said = "".join(line for line in DOCKERFILE.read_text().splitlines(keepends=True) if line.startswith("#"))
    assert small.keys() == services.keys()
    for service in small.values():
        assert service["deploy"] == "reset"
        assert service["build"]["args"] == dict(re.findall(r"--build-arg (\w+)=(\S+)", said))
        assert f"-t {service['image']} " in said


# ---- The start, with programs that only pretend ----------------------------------------------------------------------


@pytest.fixture
def start(tmp_path):
    """Runs start.sh with folders of its own; `smi` is what nvidia-smi does, nothing: there is none."""
    for name in ("runs", "hub", "bin"):
        (tmp_path / name).mkdir()
    for name in ("bash", "id", "awk", "head", "env"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    program(tmp_path, "make", 'echo "make $*"')

    def run(target: str, smi: str = "", free: str = "90000", **environment: str) -> subprocess.CompletedProcess:
        program(tmp_path, "df", f"echo head; case $2 in */shm) echo d 1 1 64 1% x;; *) echo d 1 1 {free} 1% x;; esac")
        if smi:
            program(tmp_path, "nvidia-smi", smi)
        given = {"PATH": str(tmp_path / "bin"), "RUNS": str(tmp_path / "runs"), "HF_HOME": str(tmp_path / "hub")}
        words = [ROOT / "docker/start.sh", *target.split()]
        return subprocess.run(words, env=given | environment, capture_output=True, text=True)

    return run


def program(folder: Path, name: str, body: str) -> None:
    path = folder / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


A6000 = "echo 'NVIDIA RTX A6000, 49140 MiB, 570.86.15'"


def test_the_start_says_what_it_found_and_makes(start):
    done = start("all", A6000)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["start: NVIDIA RTX A6000, 49140 MiB, 570.86.15", "make all"]


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({}, "note: no GPU in this container: give --gpus all"),
        ({"smi": A6000, "free": "3000"}, "has 3000 MB: enough for small models alone"),
        ({"smi": A6000, "START_SHM": "/dev/shm"}, "note: /dev/shm has 64 MB: give --ipc=host, or --shm-size=8g"),
    ],
)
def test_what_some_runs_need_is_a_note(start, given, note):
    done = start("all", **given)
    assert note in done.stderr and "make all" in done.stdout


@pytest.mark.parametrize(
    ("profile", "memory", "wanted"),
    [
        ("a6000", 24_564, 48),
        ("a6000", 46_068, 0),
        ("gpu24", 24_564, 0),
        ("multi-lora", 24_564, 40),
        ("cpu-qwen", 8_000, 0),
    ],
)
def test_a_profile_for_a_larger_gpu_is_a_note(start, profile, memory, wanted):
    done = start(f"all PROFILE={profile}", f"echo 'NVIDIA A6000, 49140 MiB, 570'; echo 'NVIDIA X, {memory} MiB, 570'")
    said = f"PROFILE={profile} is for {wanted} GB of GPU memory, here are {memory} MiB"
    assert (said in done.stderr) == bool(wanted) and f"make all PROFILE={profile}" in done.stdout, done.stderr


def test_a_driver_that_cannot_be_asked_is_an_error(start):
    done = start("all", "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18")
    assert done.returncode == 2
    assert done.stderr.startswith("error: the driver cannot be asked (Failed to initialize NVML: Driver/library")
    assert "make" not in done.stdout


def test_a_volume_of_root_is_one_line_with_the_way_out(start, tmp_path):
    # Whoever runs the tests may write everywhere: what is not there stands for what may not be written.
    for folder, given in (("none", {"RUNS": f"{tmp_path}/none"}), ("gone", {"HF_HOME": f"{tmp_path}/gone"})):
        done = start("all", **given)
        assert done.returncode == 2
        [line] = done.stderr.splitlines()
        assert line.startswith(f"error: {tmp_path}/{folder}: cannot be written by user ")
        assert f"docker run --rm --user 0 --entrypoint chown -v VOLUME:{tmp_path}/{folder} vgpt2 -R " in line


def test_what_writes_nothing_looks_at_nothing(start):
    assert start("help").stderr == ""
    assert start("all", CPU_ONLY="1").stderr == ""


def test_what_only_serves_wants_a_gpu_and_writes_nowhere(start, tmp_path):
    for target in ("serve", "chat", "mcp"):
        done = start(target, free="3000", RUNS=f"{tmp_path}/none")
        assert done.returncode == 0, done.stderr
        [note] = done.stderr.splitlines()
        assert note.startswith("note: no GPU in this container")
    assert start("watch", RUNS=f"{tmp_path}/none").stderr == ""


@pytest.mark.parametrize(
    ("engine", "body", "error"),
    [
        ("docker", "exit 1", "error: docker, podman or buildah: none that answers; on Debian or Ubuntu: sudo apt-get"),
        ("docker", "[ $1 = info ] || touch built", "/store: 900 MB free, about 16000 MB needed to build the image"),
        ("buildah", "[ $1 = info ] || touch built", "/store: 900 MB free, about 36000 MB needed to build the image"),
    ],
)
def test_the_check_of_the_image_says_what_it_lacks_and_builds_nothing(tmp_path, engine, body, error):
    (tmp_path / "bin").mkdir()
    for name in ("bash", "dirname", "awk", "mktemp", "rm"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    program(tmp_path, "df", "echo head; echo d 1 1 900 1% x")
    program(tmp_path, engine, f"[ $# -lt 2 ] || echo /store; {body}")
    environment = {"PATH": str(tmp_path / "bin")}
    done = subprocess.run(["bash", ROOT / "docker/image_check.sh"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2 and error in done.stderr
    assert not (ROOT / "built").exists()


def test_shellcheck_finds_nothing():
    files = sorted((ROOT / "docker").glob("*.sh"))
    done = subprocess.run([BIN / "shellcheck", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_context_leaves_out_what_is_made():
    """All that git ignores: what lint and tests keep was 155 MB in an image that was built where they had run."""
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".venv", "runs"} <= set(ignored)
    kept = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}
    assert len(kept) > 8
    assert kept - {line.removeprefix("**/") for line in ignored} == set()
