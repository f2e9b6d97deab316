"""The page in a browser: asked by keyboard, read by day and night, on a phone, with a key, and by what attacks it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.report.browser import CONTRAST, Browser

from vgpt2.serving.app import Limits
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.reading import read_log
from vgpt2.tsql.grammar.lexer import placed

from .served import GivenDesk, serving

HELD = "Which invoices of company 1 are on hold, by vendor?"
SQL = Path(__file__).parents[2] / "fixtures" / "tsql" / "valid.sql"
SIDEWAYS = """[...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && e.clientWidth && !e.closest('.scroll, .skip, .unseen, #history'))
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))"""

# What is pressed: too small for a finger, or without a name.
SMALL = """[...document.querySelectorAll('button')].filter(e => e.checkVisibility())
  .filter(e => e.getBoundingClientRect().height < 32 || e.getBoundingClientRect().width < 24 ||
    !(e.ariaLabel || e.textContent).trim()).map(e => e.outerHTML)"""


@pytest.fixture
def page(browser, url):
    """The page as it is first seen; after the test nothing is in the console, and nobody else was asked."""
    browser.errors.clear()
    browser.requests.clear()
    _open(browser, url)
    browser.value("localStorage.clear()")
    _open(browser, url)
    yield browser
    browser.window(1280)
    assert browser.errors == []
    assert {request for request in browser.requests if not request.startswith((url, "about:", "data:"))} == set()


def _open(browser: Browser, url: str) -> None:
    browser.visit(url)
    browser.wait("document.querySelectorAll('#examples button').length")


def _ask(browser: Browser, question: str) -> None:
    """Typed and sent by the keyboard alone."""
    before = browser.value("document.querySelectorAll('.turn').length")
    browser.value("document.activeElement.blur()")
    browser.key("/")
    browser.type(question)
    browser.key("Enter")
    browser.wait(f"document.querySelectorAll('.turn').length > {before}")
    browser.wait("!document.getElementById('send').hidden")


def test_a_question_asked_by_keyboard_is_answered_with_all_that_one_looks_for(page):
    _ask(page, HELD)
    assert page.texts(".turn h2") == [HELD]
    assert page.texts(".verdict") == ["Proved One SELECT; every table and column in it exists."]
    assert page.texts(".joins li") == [
        "APTH \u2013 APTD on APCo, Mth, APTrans",
        "APTH \u2013 APVM on VendorGroup, Vendor, also without a match",
    ]
    assert [text.split()[0] for text in page.texts(".tables li")] == ["APTH", "APTD", "APVM"]
    lines = page.texts(".sql pre")[0].splitlines()
    assert [line.split()[0] for line in lines] == "SELECT FROM JOIN AND AND LEFT AND WHERE AND AND GROUP ORDER".split()
    assert page.texts(".keyword")[:2] == ["SELECT", "AS"]
    assert page.texts(".string")[0] == "'Y'"
    page.value("[...document.querySelectorAll('.bar button')].find(e => e.textContent === 'Made-up rows').focus()")
    page.key("Enter")
    page.wait("document.querySelector('.rows table')", 60)
    assert page.texts(".rows th") == ["APTrans", "Name", "Held"]
    assert page.texts(".rows caption")[0].startswith("Made up, none of it is from your database")
    assert page.texts("#said") == ["Answered: Proved."]


@pytest.mark.parametrize(
    ("question", "verdict", "shows"),
    [
        ("their nicknames", "Not proved", "APVM has no column NickName; the nearest is Name"),
        ("the logins", "Outside", "it reads the server's own tables (sys.sql_logins)"),
        ("delete vendor 1", "Refused", "DELETE is not a SELECT"),
        ("their opening hours", "No query", "There is no table of opening hours"),
        ("silence", "No query", "The model said nothing."),
        ("the hours of job 5", "Asks back", "Do you mean actual hours"),
        ("slow ones", "Proved", "House rule: APVM is read without WITH (NOLOCK)"),
    ],
)
def test_each_verdict_has_its_word_and_its_reason(page, question, verdict, shows):
    _ask(page, question)
    assert page.texts(".verdict b") == [verdict]
    assert shows in page.texts(".turn")[0]
    # What is not proved is never run, and what is refused is not even shown.
    assert len(page.texts(".bar button")) == {"Proved": 2, "Not proved": 1}.get(verdict, 0)


def test_what_is_copied_is_what_is_shown_and_says_where_it_is_not_proved(page):
    for question, begins in ((HELD, "SELECT APTH.APTrans"), ("nicknames", "-- NOT PROVED: Do not run it")):
        page.click("#new")
        _ask(page, question)
        page.click(".bar button")
        page.wait("document.querySelector('.bar span').textContent")
        copied = page.value("navigator.clipboard.readText()")
        assert copied.startswith(begins)
        assert copied.endswith(page.value("document.querySelector('.sql pre').textContent"))


def test_no_word_of_a_model_or_a_user_becomes_markup(page):
    _ask(page, "<b>markup</b> <img src=x onerror=alert(1)>")
    assert page.value("document.querySelectorAll('#turns img, #turns script, .prose b, h2 b').length") == 0
    assert page.value("document.title") == "Ask Viewpoint Vista"
    assert "<script>" in page.texts(".prose")[0]
    blocked = "try { document.body.innerHTML = '<i>x</i>'; 'let through' } catch (error) { error.name }"
    assert page.value(blocked) == "TypeError"
    page.errors.clear()  # the policy says so in the console


def test_a_question_goes_on_from_the_one_before_until_a_new_conversation(page, desk):
    _ask(page, HELD)
    _ask(page, "and only for company 2?")
    assert f"Asked before: {HELD}" in desk.model.asked[-1]
    page.click("#new")
    _ask(page, "company 2")
    assert HELD not in desk.model.asked[-1]
    # A question back goes with what is said to it.
    _ask(page, "the hours of job 5")
    _ask(page, "the actual ones")
    assert "Do you mean actual hours" in desk.model.asked[-1]


def test_questions_that_are_no_longer_read_are_said(page, desk):
    """Be it that they are too many, or that one of them was not proved and the conversation ends there."""
    for question in (HELD, "company 2", "vendors of company 2", "opening hours", "slow ones"):
        _ask(page, question)
    notes = [[line for line in text.splitlines() if "not read with" in line] for text in page.texts(".turn")]
    one, all_ = "1 earlier question was not read with this one.", "4 earlier questions were not read with this one."
    assert notes == [[], [], [], [one], [all_]]
    assert "Asked before" not in desk.model.asked[-1]


def test_the_history_stays_in_the_browser_until_it_is_cleared(page, url):
    _ask(page, HELD)
    page.click("#new")
    _ask(page, "company 2")
    _open(page, url)
    assert [text for text in page.texts("#history button") if len(text) > 1] == ["company 2", HELD]
    page.click("#history li:nth-child(2) button")
    assert page.texts(".turn h2") == [HELD]
    assert page.texts(".joins li")
    page.click("#history li:nth-child(2) button + button")
    assert page.texts(".turn") == []
    assert page.value("document.activeElement.id") == "question"
    page.click("#clear")
    page.click("#clear")
    assert page.texts("#history li") == []
    assert page.value("localStorage.length") == 0


def test_esc_stops_and_an_empty_question_is_not_asked(page):
    page.click("#send")
    assert page.texts("#said") == ["Type a question first."]
    page.value("document.getElementById('question').focus()")
    page.type("slow")
    page.key("Enter")
    page.wait("!document.getElementById('stop').hidden")
    page.key("Escape")
    page.wait("document.getElementById('said').textContent === 'Stopped.'")
    assert page.value("document.getElementById('question').value") == "slow"
    assert page.texts(".turn") == []


def test_what_the_endpoint_refuses_is_said_and_the_question_stays(page):
    page.value("document.getElementById('question').maxLength = 9000")
    page.value("document.getElementById('question').value = 'vendor '.repeat(1200)")
    page.value("document.getElementById('question').focus()")
    page.key("Enter")
    page.wait("document.getElementById('status').className === 'bad'")
    assert "characters" in page.texts("#said")[0]
    assert page.value("document.getElementById('question').value").startswith("vendor")
    page.errors.clear()  # the browser names the status


def test_it_fits_every_screen_and_can_be_read_by_day_and_night(page, tmp_path):
    page.key("Tab")
    assert page.value("document.activeElement.textContent") == "Skip to the question"
    for question in (HELD, "nicknames", "delete", "opening hours"):
        _ask(page, question)
    page.value("document.querySelectorAll('details').forEach(e => e.open = true)")
    for width, dark in ((360, False), (390, True), (899, False), (1280, True), (1280, False)):
        page.window(width, 844, dark=dark)
        assert page.value("document.documentElement.scrollWidth") <= width
        assert page.value(SIDEWAYS) == []
        assert page.value(CONTRAST.replace("main *, header *", "body *")) == []
        assert page.value(SMALL) == []
        assert page.screenshot(tmp_path / "page.png", whole=True).stat().st_size > 20_000


def test_a_key_is_asked_for_kept_and_forgotten(browser, desk):
    with serving(desk, Limits(key="secret")) as url:
        browser.visit(url)
        browser.wait("document.getElementById('keys').open")
        for shown in ("wrong", "secret"):
            browser.value("document.getElementById('keys-value').focus()")
            browser.type(shown)
            browser.key("Enter")
            if shown == "wrong":
                browser.wait("document.getElementById('keys-why').textContent === 'This key is not taken.'")
        browser.wait("document.querySelectorAll('#examples button').length")
        _open(browser, url)
        _ask(browser, HELD)
        assert browser.texts(".verdict b") == ["Proved"]
        browser.click("#key")
        browser.click("#keys-forget")
        assert browser.value("localStorage.getItem('vgpt2.key')") is None


def test_where_too_few_answers_agree_both_readings_are_shown_and_may_be_run(browser, unsure):
    with serving(unsure) as url:
        _open(browser, url)
        _ask(browser, "invoices of company 1")
        assert browser.texts(".verdict") == [
            "Not sure Only 2 of 5 answers agree. Each query is proved; which is meant is not."
        ]
        assert [text.split()[1] for text in browser.texts(".sql pre")] == ["COUNT(*)", "SUM(InvTotal)"]
        browser.click(".sql ~ .sql .bar button + button")
        browser.wait("document.querySelector('.rows table')", 60)
        assert browser.texts(".rows th") == ["Total"]
        _ask(browser, "the second; their names")
        assert "Asked back: I am not sure" in unsure.model.asked[-1]
        assert browser.texts(".verdict")[1].endswith("exists. 5 of 5 answers agree.")


def test_a_server_with_a_log_asks_whether_the_answer_is_right(browser, desk, sample, tmp_path):
    log = tmp_path / "use.jsonl"
    with serving(desk, None, UseLog(log, sample.database.name)) as url:
        _open(browser, url)
        _ask(browser, HELD)
        browser.click(".judge button + button")
        browser.wait("document.querySelector('.judge span').textContent")
    [kept] = read_log(log, sample.database.name).entries
    assert (kept.question, kept.verdict) == (HELD, "wrong")


def test_a_server_that_has_gone_is_said(browser, sample):
    with serving(GivenDesk(sample, {})) as url:
        _open(browser, url)
    browser.value("document.getElementById('question').focus()")
    browser.type("vendors")
    browser.key("Enter")
    browser.wait("document.getElementById('said').textContent.startsWith('The server does not answer')")
    assert browser.value("document.getElementById('question').value") == "vendors"


def test_lines_are_broken_between_tokens_and_nothing_else_changes(page):
    texts = [line for line in SQL.read_text(encoding="utf-8").splitlines() if line and not line.startswith("--")]
    laid = page.value(f"import('/page/highlight.js').then(m => {json.dumps(texts)}.map(m.laidOut))")
    assert len(laid) > 200
    broken = 0
    for text, shown in zip(texts, laid, strict=True):
        assert [token.text for token in placed(shown)] == [token.text for token in placed(text)], text
        assert not any(line.strip().upper() == "GO" for line in shown.splitlines())
        broken += "\n" in shown
    assert broken > len(texts) / 2
    spelled = page.value("import('/page/highlight.js').then(m => ['a', 'x -- [', \"N'\", '/* ']"
                         ".map(t => m.tokens(t).map(k => k.text).join('') === t))")  # fmt: skip
    assert spelled == [True] * 4
