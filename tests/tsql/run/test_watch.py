"""Time limits are about what a query computes, not about the clock on the wall."""

import os
import subprocess
import sys
import time

import pytest

from vgpt2.tsql.run.watch import clock_of_process, clock_of_this_thread


def test_waiting_is_no_computing():
    clock = clock_of_this_thread()
    before = clock()
    time.sleep(0.3)
    assert clock() - before < 0.1
    while clock() - before < 0.05:
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no clock of another process")
def test_another_process_is_asked_what_it_computed():
    code = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass\ninput()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    try:
        clock = clock_of_process(process.pid)
        patience = time.monotonic() + 60
        while clock() < 0.2:
            assert time.monotonic() < patience
            time.sleep(0.05)
        assert clock() < 5
    finally:
        process.kill()
        process.communicate()


def test_a_process_that_is_not_there_has_no_clock():
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    assert process.pid != os.getpid()
    assert clock_of_process(process.pid) is None
