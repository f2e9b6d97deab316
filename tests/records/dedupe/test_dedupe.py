"""One record a question, one wording a family, nothing of what the suite keeps for itself."""

from vgpt2.records.dedupe.dedupe import find_dropped
from vgpt2.records.dedupe.traits import Traits, whole_text
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise


def dedupe(records, held_out=None):
    """(kept, dropped with a reason)."""
    traits = [Traits.of(record, held_out) for record in records]
    dropped = find_dropped(traits, lambda number: whole_text(records[number].row, traits[number].kind))
    kept = [record for number, record in enumerate(records) if number not in dropped]
    return kept, [(records[number], dropped[number]) for number in sorted(dropped)]


def reasons(dropped):
    return [(record.row["instruction"], reason) for record, reason in dropped]


def test_questions_are_the_same_whatever_their_case_spaces_and_last_mark():
    assert normalise("  How many  Vendors? ") == normalise("how many vendors")
    assert normalise("How many vendors in company 1") != normalise("How many vendors in company 2")


def test_of_the_same_question_the_better_proved_record_stays(record):
    weak = record("How many vendors?", family="a", proof=["parses"])
    strong = record("how many vendors", family="b", proof=["parses", "resolves", "rows"])
    kept, dropped = dedupe([weak, strong])
    assert kept == [strong]
    assert reasons(dropped) == [("How many vendors?", "exact")]


def test_of_near_duplicates_the_better_proved_stays(record):
    text = "List Name and City of vendors where State is '{}' and PayTerms is '{}'"
    weak = record(text.format("WA", "N30"), family="a", proof=["parses"])
    strong = record(text.format("OR", "N10"), family="b", proof=["parses", "resolves", "rules", "runs", "rows"])
    kept, dropped = dedupe([weak, strong])
    assert kept == [strong]
    assert [reason for _, reason in dropped] == ["near"]


def test_of_equals_the_first_stays_and_the_schema_of_the_prompt_does_not_count(record):
    first = record("How many vendors?", {"input": "Schema:\nAPVM(Vendor)"}, family="a")
    second = record("How many vendors? ", {"input": "Schema:\nAPVM(Vendor, Name)"}, family="b")
    kept, _ = dedupe([first, second])
    assert kept == [first]


def test_training_keeps_one_wording_of_a_family(record):
    kept, dropped = dedupe([record("How many vendors?", family="f"), record("Count the vendors.", family="f")])
    assert len(kept) == 1
    assert reasons(dropped) == [("Count the vendors.", "family")]


def test_what_the_suite_holds_out_is_dropped_by_question_family_wording_and_table_pair(record):
    held = HeldOut(
        pairs=frozenset({("dbo.APTH", "dbo.APTL")}),
        families=frozenset({"held"}),
        wordings=frozenset({"count/6"}),
        questions=frozenset({"how many vendors"}),
    )
    rows = [
        record("How many vendors?"),
        record("One", family="held"),
        record("Two", wording="count/6"),
        record("Three", tables=["dbo.APTL", "dbo.APVM", "dbo.APTH"]),
        record("Four", tables=["dbo.APTH"]),
    ]
    kept, dropped = dedupe(rows, held)
    assert [one.row["instruction"] for one in kept] == ["Four"]
    assert [reason for _, reason in reasons(dropped)] == [
        "held_out_question",
        "held_out_family",
        "held_out_wording",
        "held_out_pair",
    ]


def test_a_refusal_goes_with_its_twin(record):
    refusal = record("What is in APTX?", kind="negative", polarity="refuse", family="no", twin="yes")
    twin = record("What is in APTH?", kind="negative", family="yes", twin="no")
    kept, dropped = dedupe([refusal, twin], HeldOut(questions=frozenset({"what is in apth"})))
    assert kept == []
    assert sorted(reason for _, reason in dropped) == ["held_out_question", "twin_lost"]


def test_a_foreign_record_may_have_its_question_in_the_input(record):
    one = record("Write SQL", {"input": "all vendors"}, kind="foreign", family="a")
    two = record("Write SQL", {"input": "all customers"}, kind="foreign", family="b")
    assert len(dedupe([one, two])[0]) == 2
