"""A chat that is told to end hears it at once, also where the signal does not wake the one who waits for a key."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"

# The signal comes to another thread: as between readline's look for signals and its wait, nothing wakes the main one.
UNHEARD = """
import signal, threading, time
from vgpt2.serving.door.leaving import leaving_cleanly

def tell():
    time.sleep(0.3)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
    time.sleep(60)

with leaving_cleanly(False):
    threading.Thread(target=tell, daemon=True).start()
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no signal for one thread")
def test_a_signal_that_wakes_nobody_is_heard_before_the_next_key():
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", UNHEARD], cwd=SCRIPTS, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (143, "")
    assert time.monotonic() - began < 30
