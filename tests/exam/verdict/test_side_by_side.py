"""What an exam prints beside its closing line: ways of decoding side by side, and how right those are that agree."""

from __future__ import annotations

from vgpt2.exam.runner import add_notes
from vgpt2.exam.verdict.agreement import add_agreement, reliability
from vgpt2.exam.verdict.decoding import side_by_side


def result_of(decode: str, **outcomes: int) -> dict:
    rows = [{"id": f"{name}-{number}", "outcome": name} for name, count in outcomes.items() for number in range(count)]
    counts = {"right": 0, "wrong": 0, "invalid_sql": 0, "hallucinated_object": 0, "false_refusal": 0, **outcomes}
    return {
        "mode": "schema",
        "settings": {"decode": decode},
        "outcomes": counts,
        "rates": {"right": {"count": counts["right"], "of": len(rows)}},
        "questions": rows,
    }


def test_ways_of_decoding_stand_side_by_side_with_what_could_not_be_bounded():
    free, bounded = result_of("free", right=2, hallucinated_object=3), result_of("grammar", right=4, wrong=1)
    add_notes(free, {})
    add_notes(bounded, {"right-0": "free: why", "wrong-0": "free: why"})
    assert bounded["questions"][0]["note"] == "free: why" and "note" not in bounded["questions"][1]
    assert "notes" not in free
    lines = list(side_by_side([(free, {"tokens_per_second": 50.2}), (bounded, {})]))
    assert lines[2:] == [
        "| schema | free | 2 of 5 | 0 | 0 | 3 | 0 | 50 | 0 |",
        "| schema | grammar | 4 of 5 | 1 | 0 | 0 | 0 | 0 | 2 |",
        "grammar: 2 answers free: why",
    ]
    assert len({line.count("|") for line in lines[:4]}) == 1


def test_answers_are_counted_by_how_many_agree():
    result = result_of("free", right=3, wrong=4)
    add_agreement(
        result,
        {f"right-{number}": [5, 5] for number in (0, 1)}
        | {"wrong-0": [5, 5], "right-2": [2, 5], "wrong-1": [0, 5], "wrong-2": [0, 5]},
        {"wrong-2"},
    )
    assert result["agreement"] == [
        {"agreed": 5, "of": 5, "again": False, "questions": 3, "right": 2},
        {"agreed": 2, "of": 5, "again": False, "questions": 1, "right": 1},
        {"agreed": 0, "of": 5, "again": True, "questions": 1, "right": 0},
        {"agreed": 0, "of": 5, "again": False, "questions": 1, "right": 0},
    ]
    assert result["questions"][0]["agreed"] == [5, 5] and "agreed" not in result["questions"][6]
    lines = list(reliability(result["agreement"]))
    assert lines[2].startswith("| 5 of 5 | 3 | 2 | 67% (")
    assert lines[4].startswith("| none; asked again, with what was found | 1 | 0 | 0% (")
    assert lines[5].startswith("| none is proved | 1 | 0 | 0% (")
    assert [row["id"] for row in result["questions"] if row.get("again")] == ["wrong-2"]
    add_agreement(plain := result_of("free", right=1), {})
    assert "agreement" not in plain
