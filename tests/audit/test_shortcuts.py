"""The shortcut detector: words alone tell a badly made set apart, and nothing else."""

import random
from dataclasses import replace

import pytest

from vgpt2.audit.audit import audit
from vgpt2.audit.model import Context, Row
from vgpt2.audit.shortcuts import LEAST, Mask, auc
from vgpt2.records.proof import Prover
from vgpt2.settings import load_profile
from vgpt2.synthesis.preferences.sets import Preferences

from .rows import SHARED, query


@pytest.fixture(scope="module")
def made(sample):
    """Pairs as the pipeline makes them."""
    data = load_profile("a6000").data.model_copy(update={"dpo": 400})
    return Preferences(sample, data, 1).dpo(400)


def broken(catalog, records):
    rows = [Row("dpo", number, 0, record.row, "dpo", record.meta) for number, record in enumerate(records)]
    report = audit(rows, Context(Prover(catalog, 1), load_profile("a6000").audit))
    return {rule.rule for rule in report.rules if not rule.ok}


def test_pairs_of_the_pipeline_pass(sample, made):
    assert broken(sample, made) == set()


def test_pairs_that_all_lack_one_hint_fail_on_exactly_the_rules_for_it(sample, made):
    kept = [record for record in made if " WITH (NOLOCK)" in record.row["chosen"]]
    spoilt = [
        replace(
            record,
            row=record.row | {"rejected": record.row["chosen"].replace(" WITH (NOLOCK)", "")},
            meta=replace(record.meta, defect="missing_nolock", worse="missing_nolock"),
        )
        for record in kept
    ]
    few = {"modules_dpo"}  # without those that have no hint some module may be taught too little
    assert broken(sample, spoilt) - few == {"shortcut_answers_dpo", "defect_share", "proved_by_rows"}


def negatives(worded, count=80):
    """Refusals and twins; `worded(n, refused)` is the question's wording around the name."""
    rows, metas = [], []
    for n in range(count):
        made, real = f"Vendors{n}Log", "APVM"
        for refused in (True, False):
            name = made if refused else real
            answer = (
                f"{made} is not a table here. The nearest is APVM."
                if refused
                else query("Name", f" WHERE Vendor = {n}")
            )
            rows.append(
                {"id": f"{n}{refused}", "instruction": worded(n, refused).format(name), "output": answer} | SHARED
            )
            facts = [{"claim": "missing", "subject": made}] if refused else []
            metas.append((f"{n}{refused}", refused, facts, n))
    return rows, metas


@pytest.mark.parametrize(
    ("worded", "rules"),
    [
        (lambda n, refused: ("What is in {}?", "Show the rows of {}.", "Count {}, please")[n % 3], set()),
        (lambda n, refused: "Do we perhaps have {}?" if refused else "Show the rows of {}.", {"shortcut_questions"}),
    ],
)
def test_twins_share_their_wording(failed, meta, worded, rules):
    rows, found = negatives(worded)
    metas = [
        meta(
            name,
            kind="negative",
            polarity="refuse" if refused else "answer",
            family=f"{n}{refused}",
            twin=f"{n}{not refused}",
            facts=facts,
        )
        for name, refused, facts, n in found
    ]
    broken = failed("sft", rows, metas)
    assert {rule for rule in broken if rule.startswith("shortcut")} == rules


def test_names_and_literals_are_masked_whether_they_exist_or_not(vista):
    mask = Mask(vista)
    assert mask("Show Name of APVM where Vendor = 5") == "show <name> of <name> where <name> <number>"
    assert mask("Show VendorNo of APVMs where Vendor_X = 'a b'") == "show <name> of <name> where <name> <text>"
    assert mask("SELECT COUNT(*) FROM APVM WITH (NOLOCK)") == "select count from <name> with nolock"


def test_chance_is_one_half_and_a_telling_word_is_one():
    rng = random.Random(2)
    words = "alpha beta gamma delta epsilon zeta".split()
    texts = [" ".join(rng.sample(words, 3)) for _ in range(8 * LEAST)]
    labels = [rng.random() < 0.5 for _ in texts]
    groups = [str(number) for number in range(len(texts))]
    assert auc(texts, labels, groups) < 0.6
    told = [f"{text} {'yes' if label else 'no'}" for text, label in zip(texts, labels, strict=True)]
    assert auc(told, labels, groups) > 0.99
