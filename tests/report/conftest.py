"""The browser, and a page of a made-up run, for the tests that look at it."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from .browser import Browser, chromium
from .fake_run import built


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if not chromium():
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine, and CI must look at the page: .ci/run installs it")
        warnings.warn("NO CHROMIUM: nobody looked at the pages (apt-get install chromium)", stacklevel=1)
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with Browser(tmp_path_factory.mktemp("chromium")) as browser:
        browser.window(1280)
        yield browser


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    return built(tmp_path_factory.mktemp("run"))


@pytest.fixture
def silent(browser):
    """After every test: nothing in the console, and nothing was asked for but the file."""
    browser.errors.clear()
    browser.requests.clear()
    yield
    browser.value("0")
    assert browser.errors == []
    assert {url.split(":")[0] for url in browser.requests} <= {"file", "about"}
