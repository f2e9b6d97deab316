"""Starts `llamafactory-cli train`, keeps its log, watches it, and ends its whole process tree when it must."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from vgpt2.errors import Stopped, UserError
from vgpt2.files import disk_full
from vgpt2.model_folder import is_local
from vgpt2.settings import LaunchSettings
from vgpt2.training.run.faults import NO_SPACE, FirstFault

LOG = "train.log"
# make, a supervisor and `docker stop` may each pass on the signal that one of them was sent: what comes within so many
# seconds is one and the same.
BURST = 5.0
# Of several processes one may write its checkpoint a step after the others, and wait for them: seconds until it ends.
STRAGGLERS = 120.0
GUARD = Path(__file__).with_name("guard.py")


def command(config: Path) -> list[str]:
    """The trainer's command line: what `llamafactory-cli train` is, run by this interpreter."""
    return [sys.executable, "-m", "llamafactory.cli", "train", str(config)]


def environment(
    launch: LaunchSettings,
    model: str,
    cache: Path,
    processes: int,
    parent: Mapping[str, str] = os.environ,
    fsdp: bool = False,
) -> dict[str, str]:
    """The trainer's environment. Several processes, DeepSpeed or FSDP go through LLaMA-Factory's own torchrun;
    `NNODES`, `NODE_RANK`, `MASTER_ADDR` and `MASTER_PORT` of the caller reach it."""
    env = dict(parent)
    env.update(PYTHONUNBUFFERED="1", PYTHONUTF8="1", TOKENIZERS_PARALLELISM="false", HF_DATASETS_CACHE=str(cache))
    env.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # `torchrun` is looked up by name
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
    if is_local(model):
        env["HF_HUB_OFFLINE"] = "1"
    if launch.use_cpu:
        env.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // max(1, processes))))
        # Threads that wait do not spin: with anything else running on the same cores, spinning costs half the speed.
        env.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        # The logits of a step are hundreds of megabytes, asked of the system anew each time: in pages of 4 kB that
        # takes a fifth of the step. Read by glibc alone, and only when a process starts.
        env["GLIBC_TUNABLES"] = ":".join(filter(None, [env.get("GLIBC_TUNABLES"), "glibc.malloc.hugetlb=1"]))
        env["CUDA_VISIBLE_DEVICES"] = ""
    if fsdp:
        # What `accelerate launch` sets: by these the weights are loaded in parts, before any trainer is there.
        env.update(ACCELERATE_USE_FSDP="true", FSDP_CPU_RAM_EFFICIENT_LOADING="true")
    if processes > 1 or launch.deepspeed or fsdp:
        env["FORCE_TORCHRUN"] = "1"
    if not launch.use_cpu or processes > 1:
        env["NPROC_PER_NODE"] = str(processes)
    return env


def process_count(launch: LaunchSettings) -> int:
    """Processes on this machine; 0 in the profile means one for each GPU that torch sees (at least one)."""
    if launch.processes:
        return launch.processes
    import torch

    return max(1, torch.cuda.device_count())


def run(arguments: list[str], env: Mapping[str, str], log: Path, on_line: Callable[[str], None]) -> None:
    """Run the trainer to its end; every line goes to `log` (appended) and to `on_line`.

    An exception of `on_line`, and an interruption, end the process tree before they go on. SIGTERM is passed on, so
    that the trainer can write a checkpoint, and waited for; a second one, some seconds later, ends it at once.

    Raises:
        UserError: the trainer ended with an error (names the first fault of its log), or the disk is full.
        Stopped: SIGTERM came, and the trainer has ended.
    """
    with disk_full(log), log.open("a", encoding="utf-8") as handle:
        trainer = _Trainer(arguments, env)
        fault = FirstFault()
        stopping = _Stopping(trainer)
        try:
            for line in trainer.process.stdout or ():
                handle.write(line)
                handle.flush()
                fault.read(line)
                on_line(line)
            code = trainer.process.wait()
        finally:
            stopping.over()
            trainer.end()
    if stopping.asked:
        raise Stopped(f"trainer: ended by SIGTERM; see {log}")
    if code and NO_SPACE.search(fault.text):
        raise UserError(f"{log.parent}: no space left on the disk ({fault.text}); free some and run again: it goes on")
    if code:
        raise UserError(f"trainer: ended with code {code} ({_explain(code, fault.text)}); see {log}")


class _Trainer:
    """The trainer and all that it starts: on Linux below a guard (see `guard`) that ends it when this process ends."""

    def __init__(self, arguments: list[str], env: Mapping[str, str]) -> None:
        self._hold: int | None = None
        self._guarded = sys.platform == "linux"
        kept: tuple[int, ...] = ()
        if self._guarded:
            end, self._hold = os.pipe()
            kept = (end,)
            arguments = [sys.executable, "-I", "-S", str(GUARD), str(end), str(STRAGGLERS), *arguments]
        try:
            self.process = subprocess.Popen(
                arguments,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                pass_fds=kept,
            )
        finally:
            for number in kept:
                os.close(number)

    def let_go(self) -> None:
        """Have it killed, and do not wait."""
        if not self._guarded:
            self.process.kill()
        elif self._hold is not None:
            hold, self._hold = self._hold, None
            os.close(hold)

    def end(self) -> None:
        """Kill it and all its descendants, and wait; nothing happens if it has ended."""
        if self._guarded:
            self.let_go()
            self.process.wait()
        end_tree(self.process)


class _Stopping:
    """Passes SIGTERM on to the trainer while it runs; signals are the main thread's alone."""

    def __init__(self, trainer: _Trainer) -> None:
        self.asked = False
        self._since = 0.0
        self._trainer = trainer
        self._main = threading.current_thread() is threading.main_thread()
        if self._main:
            self._before = signal.signal(signal.SIGTERM, self._stop)

    def over(self) -> None:
        """Give the signal back to whom it was."""
        if self._main:
            signal.signal(signal.SIGTERM, self._before)

    def _stop(self, number: int, frame: object) -> None:
        again = self.asked and time.monotonic() - self._since > BURST
        if self._trainer.process.poll() is None and (again or not self.asked):
            (self._trainer.let_go if again else self._trainer.process.terminate)()
        if not self.asked:
            self.asked, self._since = True, time.monotonic()


def end_tree(process: subprocess.Popen) -> None:
    """Kill a process and all its descendants; nothing happens if it has ended."""
    if process.poll() is None:
        import psutil

        try:
            family = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        process.kill()
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                continue
        process.wait()
    if process.stdout:
        process.stdout.close()


def _explain(code: int, fault: str) -> str:
    if fault:
        return fault
    return "killed, perhaps for want of memory" if code in (-9, 137) else "no message"
