"""The same weights through a model loaded here and through serve.py: the same exam, to the last figure."""

import threading
import time
from contextlib import contextmanager

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.runner import examine
from vgpt2.inference.backends import Endpoint
from vgpt2.inference.local_model import LocalModel
from vgpt2.settings import load_profile
from vgpt2.training.base.base_model import make_base

LIMIT = 16


@pytest.fixture(scope="module")
def tiny(tiny_model):
    """A small model with real weights, and the profile that it is examined by."""
    profile = load_profile("tiny")
    profile.exam.max_new_tokens = LIMIT
    return tiny_model, profile


@contextmanager
def served(model, catalog, profile):
    """serve.py's application on a real server; gives its URL."""
    import uvicorn

    from vgpt2.serving.app import Limits, build_app
    from vgpt2.serving.desk import Desk

    config = uvicorn.Config(
        build_app(Desk(model, catalog, profile), "tiny", Limits(exams=True)), port=0, log_level="warning"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.mark.parametrize("mode", ["schema", "gold_schema", "memory"])
def test_both_give_the_same_exam(mode, tiny, sample, questions, tmp_path):
    model, profile = tiny
    asked = list(questions.values())
    local = examine(LocalModel(model, max_new_tokens=LIMIT), sample, asked, profile, tmp_path / "local.json", mode)
    with served(model, sample, profile) as url:
        remote = examine(Endpoint(url, max_new_tokens=LIMIT), sample, asked, profile, tmp_path / "remote.json", mode)
    same = ("questions", "outcomes", "rates", "tokens", "prompt_tokens", "template_hash", "suite_hash", "mode")
    assert {name: local[name] for name in same} == {name: remote[name] for name in same}
    assert local["template_hash"]
    assert local["prompt_tokens"] > local["tokens"] > 0
    assert any(row["response"] for row in local["questions"])


def test_a_question_without_schema_gets_one_from_the_server(tiny, sample):
    from openai import OpenAI

    model, profile = tiny
    with served(model, sample, profile) as url:
        client = OpenAI(base_url=url, api_key="none")
        messages = [{"role": "user", "content": "Which columns has APTH?"}]
        said = client.chat.completions.create(model="tiny", messages=messages, max_tokens=3)
    assert "APTH(" in said.vgpt2["schema"]
    assert said.choices[0].finish_reason == "length"
    assert said.usage.completion_tokens == 3


def test_an_exam_learns_when_another_model_is_served(tiny, sample, tmp_path):
    """Answers are kept for the weights behind the address, not for the address."""
    model, profile = tiny
    make_base(profile.model, 2, model.parent / "catalog.json", tmp_path / "other")
    seen = set()
    for folder in (model, tmp_path / "other"):
        with served(folder, sample, profile) as url:
            endpoint = Endpoint("http://same/v1")
            endpoint._served = Endpoint(url)._about()
            seen.add(endpoint.fingerprint)
    assert len(seen) == 2


def test_an_exam_with_longer_answers_than_the_server_gives_is_refused(tiny, sample, questions, tmp_path):
    model, profile = tiny
    with served(model, sample, profile) as url, pytest.raises(UserError, match=f"has at most {LIMIT} tokens"):
        examine(Endpoint(url, max_new_tokens=64), sample, list(questions.values()), profile, tmp_path / "x.json")
    assert not (tmp_path / "x.json").exists()
