"""The report in a browser: a reader filters, types, opens and follows links, and the page stays silent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .fake_run import GOLD, built, make_run

pytestmark = pytest.mark.usefixtures("silent")
OPENED = ".question[open]"


def count(browser) -> int:
    """The questions that the line above the list says are shown; as many are."""
    said = int(browser.texts("#count")[0].split()[0])
    assert said == len(browser.texts(".question"))
    return said


def address(browser) -> str:
    return browser.value("location.hash")


def test_all_questions_are_listed_at_first(browser, page):
    browser.open(page)
    assert count(browser) == 50
    assert browser.texts(".question summary .marks")[0].split() == "✗ Base ✓ SFT ✓ DPO ✓ KTO".split()
    assert address(browser) == ""


def test_filter_by_category_and_outcome_with_the_keyboard(browser, page):
    browser.open(page)
    browser.choose("#category", "sql")
    of_sql = count(browser)
    assert 0 < of_sql < 50
    browser.choose("#stage", "Base")
    browser.choose("#outcome", "wrong")
    wrong = count(browser)
    assert 0 < wrong < of_sql
    assert browser.texts("#count") == [f"{wrong} of 50 questions; Base: {wrong} wrong"]
    assert address(browser) == "#category=sql&stage=base&outcome=wrong"


def test_a_link_to_a_filtered_list_shows_the_same_list(browser, page):
    browser.open(page, "#category=sql&stage=base&outcome=wrong")
    assert browser.value("['category', 'stage', 'outcome'].map(id => document.getElementById(id).value)") == [
        "sql",
        "base",
        "wrong",
    ]
    assert browser.texts("#count")[0].endswith(" wrong")
    browser.click("#reset")
    assert count(browser) == 50
    assert address(browser) == ""


@pytest.mark.parametrize("change", ["gained", "lost"])
def test_what_changed_against_the_stage_before_is_what_the_gate_counted(browser, page, change):
    gate = json.loads((page.parent / "gates" / "kto.json").read_text(encoding="utf-8"))
    browser.open(page, f"#stage=kto&outcome={change}")
    shown = browser.value("[...document.querySelectorAll('.question')].map(e => e.dataset.id)")
    assert shown == gate[change]
    assert f"{change} against DPO ({len(shown)})" in browser.value("document.getElementById('outcome').innerText")


def test_words_narrow_the_list_while_they_are_typed(browser, page):
    browser.open(page)
    browser.value("document.body.focus()")
    browser.type("/company 17")
    assert browser.texts(".question summary small") == ["q017"]
    assert address(browser) == "#words=company+17"
    browser.type(" zebra")
    assert count(browser) == 0


def test_a_question_is_opened_and_walked_with_the_keyboard(browser, page):
    browser.open(page)
    browser.value("document.querySelector('.question summary').focus()")
    browser.key("ArrowDown")
    browser.key("Enter")
    browser.wait(f"document.querySelector('{OPENED} .sides')")
    assert browser.texts(f"{OPENED} summary small")[0] == "q001"
    browser.wait("location.hash === '#q=q001'")
    browser.key("Enter")
    browser.wait(f"!document.querySelector('{OPENED}')")
    browser.wait("location.hash === ''")


def test_a_link_to_a_question_opens_it_with_all_answers_side_by_side(browser, page):
    browser.open(page, "#q=q001")
    assert browser.texts(f"{OPENED} summary small")[0] == "q001"
    heads = browser.texts(f"{OPENED} .side h4")
    assert [head.split()[0] for head in heads] == ["Base", "SFT", "DPO", "KTO"]
    tops = browser.value(f"[...document.querySelectorAll('{OPENED} .side')].map(e => e.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert browser.texts(f"{OPENED} .gold h4") == ["Gold: any of 2"]
    assert browser.texts(f"{OPENED} .gold pre")[0] == GOLD
    assert 0 <= browser.value(f"document.querySelector('{OPENED}').getBoundingClientRect().top") < 900


def outcome_of(browser, outcome: str, stage: str = "sft", category: str = "sql") -> str:
    """Filter to an outcome, open the first question with a click; the selector of that stage's answer."""
    browser.value(f"location.hash = '#category={category}&stage={stage}&outcome={outcome}'")
    browser.wait(f"document.getElementById('outcome').value === '{outcome}'")
    browser.click(".question summary")
    browser.wait(f"document.querySelector('{OPENED} .sides')")
    return f"{OPENED} .side[data-stage={stage}]"


def test_the_prompt_is_folded_and_opens(browser, page):
    browser.open(page)
    outcome_of(browser, "right")
    assert browser.texts(f"{OPENED} .prompt pre") == []
    browser.click(f"{OPENED} .prompt summary")
    browser.wait(f"document.querySelector('{OPENED} .prompt pre').checkVisibility()")
    assert "APTH(APCo, Mth" in browser.texts(f"{OPENED} .prompt pre")[0]


def test_another_case_and_white_space_are_no_difference(browser, page):
    browser.open(page)
    side = outcome_of(browser, "right")
    assert browser.texts(f"{side} pre.sql")[0].startswith("select Vendor, [InvTotal]\nfrom APTH")
    assert browser.texts(f"{side} ins") == browser.texts(f"{side} del") == []
    assert browser.texts(f"{side} .prose") == ["List them.", "One company.\n</script><b>not bold</b>"]
    assert browser.texts(f"{side} .missed") == []


def test_a_wrong_answer_shows_what_differs_why_and_its_rows(browser, page):
    browser.open(page)
    side = outcome_of(browser, "wrong", "base")
    assert browser.texts(f"{side} del") == [", InvTotal", "WITH (NOLOCK)", "Mth = '2024-05-01'"]
    assert browser.texts(f"{side} ins") == ["InvTotal > 0"]
    assert browser.texts(f"{side} .chips span") == [
        "✓ tables", "✓ joins", "✗ filters", "✓ grouping", "✗ house rules", "house rule: no WITH (NOLOCK)",
    ]  # fmt: skip
    assert browser.texts(f"{side} caption") == ["31 rows, the first 5"]
    assert browser.texts(f"{OPENED} .gold caption") == ["2 rows"]
    assert browser.texts(f"{OPENED} .gold td") == ["17", "1250.00", "23", "NULL"]


def test_a_link_of_a_gate_leads_to_its_question(browser, page):
    browser.open(page)
    browser.click(".card:nth-child(3) .ids summary, .card:nth-child(3) details summary")
    link = ".card:nth-child(3) details[open] a[href^='#q=']"
    wanted = browser.value(f'document.querySelector("{link}").innerText')
    browser.click(link)
    browser.wait(f"document.querySelector('{OPENED}')")
    assert browser.texts(f"{OPENED} summary small")[0] == wanted


@pytest.mark.parametrize(
    ("hash", "says"),
    [
        ("#q=nothing", "There is no question nothing"),
        ("#category=x&stage=y&outcome=z", "50 of 50"),
        ("#q=%3Cb%3E", "There is no question <b>"),
        ("#=&&==%", "50 of 50"),
    ],
)
def test_a_stale_or_broken_link_still_gives_the_list(browser, page, hash, says):
    browser.open(page, hash)
    assert says in browser.texts("#count")[0]
    assert count(browser) == 50


def test_nothing_of_an_answer_becomes_markup(browser, page):
    browser.open(page, "#q=q003")
    assert browser.value("document.querySelectorAll('.question b').length") == 0
    assert any("</script><b>not bold</b>" in text for text in browser.texts(f"{OPENED} .prose"))


def test_a_run_without_any_exam_has_a_page_too(browser, tmp_path):
    make_run(tmp_path, {})
    script = Path(__file__).parents[2] / "scripts" / "build_report.py"
    output = tmp_path / "report.html"
    command = [sys.executable, script, "--run-dir", tmp_path, "--settings", tmp_path / "settings.json"]
    subprocess.run([*command, "--output", output], check=True, capture_output=True)
    browser.open(output, "#stages")
    assert browser.texts("h1") == ["No stage has been through its gate yet."]


def test_an_older_run_opens_with_what_it_has(browser, tmp_path):
    browser.open(built(tmp_path, older=True), "#q=q001")
    assert browser.texts(f"{OPENED} .gold pre") == [GOLD]
    assert len(browser.texts(f"{OPENED} .side")) == 4
    assert browser.texts(f"{OPENED} .prompt") == browser.texts(f"{OPENED} caption") == []
