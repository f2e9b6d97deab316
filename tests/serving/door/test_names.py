"""A page that a browser shows cannot ask a server of this machine: neither by a name of its own nor from its place."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.door.names import Names
from vgpt2.serving.refused import Refused

URL = "/v1/chat/completions"
ASK = {"messages": [{"role": "user", "content": "Which vendors are there?"}], "max_tokens": 2}
OWN = [
    "localhost",
    "localhost:8000",
    "LOCALHOST.",
    "127.0.0.1:8000",
    "127.1.2.3",
    "[::1]:8000",
    "a.localhost:1",
    "box:80",
]
FOREIGN = [
    "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0:8000", "10.0.0.5",
    "", "localhost@evil.example", "evil.example#localhost", "[::1", "box.evil.example", "notlocalhost", "2130706433",
]  # fmt: skip


def refusal(names: Names, host: str, origin: str | None) -> int:
    """The status with which a request is refused; 0: it is not."""
    try:
        names.check(host, origin)
    except Refused as refused:
        return refused.code
    return 0


@pytest.mark.parametrize("host", OWN)
def test_names_of_this_machine_and_those_given_are_taken(host):
    assert refusal(Names(("Box",)), host, None) == 0
    assert refusal(Names(("Box",)), host, f"http://{host}") == 0


@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_name_is_refused_whatever_the_page(host):
    for origin in (None, f"http://{host}", "http://localhost:8000"):
        with pytest.raises(Refused, match=r"is not called .*--allow-host") as refused:
            Names(("Box",), ("*",)).check(host, origin)
        assert refused.value.code == 421


def test_where_others_reach_it_any_address_in_figures_is_its_own_and_no_foreign_name():
    names = Names(("box",), numbers=True)
    assert [host for host in [*OWN, *FOREIGN, "[fe80::1]:80"] if refusal(names, host, None) == 0] == [
        *OWN, "0.0.0.0:8000", "10.0.0.5", "[fe80::1]:80",
    ]  # fmt: skip
    assert refusal(names, "10.0.0.5", "http://evil.example") == 403


@pytest.mark.parametrize(
    ("origin", "taken"),
    [
        ("http://localhost:8000", True),
        ("https://box", True),  # its own name before a proxy that asks by another
        ("https://tools.example", True),
        ("http://localhost:3000", False),
        ("http://localhost", False),
        ("https://evil.example", False),
        ("https://tools.example.evil.example", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("chrome-extension://abc", False),
    ],
)
def test_a_page_asks_only_from_here_or_where_it_may(origin, taken):
    names = Names(("box",), ("https://tools.example",))
    if taken:
        names.check("localhost:8000", origin)
        return
    with pytest.raises(Refused, match="may not; start the server with --cors") as refused:
        names.check("localhost:8000", origin)
    assert refused.value.code == 403


def test_a_rebound_page_reads_nothing_and_a_foreign_one_leaves_no_question(desk):
    with TestClient(build_app(desk, "tiny", Limits(names=Names())), base_url="http://127.0.0.1:8000") as client:
        rebound = {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}
        for path in ("/", "/v1/models", "/v1/about", "/metrics", "/health", "/page/page.js"):
            assert client.get(path, headers=rebound).status_code == 421, path
        error = client.post(URL, json=ASK, headers=rebound).json()["error"]
        assert (error["type"], "evil.example:8000" in error["message"]) == ("invalid_request_error", True)
        assert client.post(URL, json=ASK, headers={"Origin": "https://evil.example"}).status_code == 403
        assert "vgpt2_answers_total{" not in client.get("/metrics").text
        assert client.post(URL, json=ASK, headers={"Origin": "http://127.0.0.1:8000"}).status_code == 200
        assert client.post(URL, json=ASK).status_code == 200
        assert 'vgpt2_refusals_total{code="421"} 7.0' in client.get("/metrics").text


def test_a_page_that_may_ask_is_answered_with_its_headers(desk):
    limits = Limits(names=Names((), ("https://tools.example",)), origins=("https://tools.example",))
    with TestClient(build_app(desk, "tiny", limits), base_url="http://localhost") as client:
        asked = {"Origin": "https://tools.example", "Access-Control-Request-Method": "POST"}
        assert client.options(URL, headers=asked).headers["access-control-allow-origin"] == "https://tools.example"
        assert client.options(URL, headers={**asked, "Origin": "https://evil.example"}).status_code == 403


def test_serve_looks_where_there_is_no_key_or_a_name_is_given():
    names_of = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "serve.py"))["names_of"]
    assert names_of("127.0.0.1", "", (), ("https://a",)) == Names(("127.0.0.1",), ("https://a",))
    assert names_of("0.0.0.0", "key", (), ()) is None
    assert names_of("10.0.0.5", "key", ("box",), ()) == Names(("10.0.0.5", "box"), ("*",))
