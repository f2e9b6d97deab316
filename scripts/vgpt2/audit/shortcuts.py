"""The shortcut detector: can words alone tell good from bad? Then that is what training would learn.

A bag of words over the text, names and literals masked, goes into a logistic regression; rows of one family are never
on both sides of a fold. 0.5 is chance. A set whose rejected sides all lack one hint, or whose refused questions are
worded in their own way, gives nearly 1.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence

from vgpt2.audit.model import Context, Row, RuleResult
from vgpt2.catalog.model import Catalog
from vgpt2.records.answers.answers import refuses

# Fewer rows of the rarer class say nothing; more rows than MOST only take longer.
LEAST, MOST = 60, 20_000
FOLDS = 5
STRING = re.compile(r"N?'(?:[^']|'')*'")
NUMBER = re.compile(r"(?<![\w.])\d[\d.,:-]*")
WORD = re.compile(r"[^\W\d]\w*|<\w+>")
# A name by its looks: what is invented must be masked like what is real.
SHAPED = re.compile(r"[A-Z]{2,}[a-z]\w*|[A-Z]\w*[a-z]\w*[A-Z]\w*|[a-z]+[A-Z]\w*|[A-Za-z]+_\w+|[A-Z]{2,}[A-Z\d]*s?")
SQL_WORDS = frozenset(
    """SELECT FROM WHERE AND OR NOT IN IS NULL LIKE BETWEEN EXISTS JOIN LEFT INNER OUTER ON GROUP BY HAVING ORDER DESC
    ASC TOP DISTINCT AS WITH NOLOCK UNION ALL CASE WHEN THEN ELSE END COUNT SUM AVG MIN MAX OVER PARTITION RANK
    ROW_NUMBER DATEDIFF DATEADD DAY MONTH YEAR ISNULL CAST OFFSET FETCH NEXT ROWS ONLY COALESCE""".split()
)


class Mask:
    """Writes names as `<name>` and literals as `<text>` or `<number>`, so that only the wording is left."""

    def __init__(self, catalog: Catalog) -> None:
        self._known = {table.name for table in catalog.tables}
        self._known |= {column.name for table in catalog.tables for column in table.columns}

    def __call__(self, text: str) -> str:
        """The text with its names and literals masked, in lower case."""
        text = NUMBER.sub(" <number> ", STRING.sub(" <text> ", text))
        return " ".join(self._word(word) for word in WORD.findall(text))

    def _word(self, word: str) -> str:
        if word in SQL_WORDS or word.startswith("<"):
            return word.lower()
        # "Show" and "For" are no names, even where a column is called so; "Vendor" beside "vendor" is one.
        return "<name>" if SHAPED.fullmatch(word) or word in self._known else word.lower()


def auc(texts: Sequence[str], labels: Sequence[bool], groups: Sequence[str]) -> float:
    """How well words tell the labels: the area under the ROC curve of predictions on folds not trained on; below 0.5
    counts as 0.5, since a classifier that is worse than chance has found nothing."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    words = CountVectorizer(token_pattern=r"\S+", lowercase=False, min_df=2)
    classifier = make_pipeline(words, LogisticRegression(solver="liblinear"))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    scores = cross_val_predict(
        classifier, list(texts), list(labels), groups=list(groups), cv=folds, method="decision_function"
    )
    return max(0.5, float(roc_auc_score(list(labels), scores)))


def shortcut_answers(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Words alone do not tell a chosen from a rejected answer, nor a desirable from an undesirable one."""
    results = []
    for stage in ("dpo", "kto"):
        mine = context.by_stage(rows, stage)
        told = [(row, row.good, True) for row in mine if row.good] + [(row, row.bad, False) for row in mine if row.bad]
        if told:
            results.append(_judged(f"shortcut_answers_{stage}", told, context))
    return results


def shortcut_questions(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Words alone do not tell a question to refuse from its twin to answer (of rows without twins: from any other)."""
    mine = [row for row in context.by_stage(rows, "sft") if row.good]
    twins = [row for row in mine if (own := row.own) and own.kind == "negative"]
    told = [(row, row.text("instruction"), not refuses(row.good)) for row in twins or mine]
    return _judged("shortcut_questions", told, context) if told else None


def _judged(rule: str, told: list[tuple[Row, str, bool]], context: Context) -> RuleResult:
    limit = context.limits.max_shortcut_auc
    good = sum(label for *_, label in told)
    rarer = min(good, len(told) - good)
    if rarer < LEAST:
        return RuleResult(rule, 0.0, limit, True, [], f"too few: {rarer} of the rarer kind, needs {LEAST}")
    if len(told) > MOST:
        told = random.Random(0).sample(told, MOST)
    mask = Mask(context.prover.catalog)
    texts, labels = [mask(text) for _, text, _ in told], [label for *_, label in told]
    figure = round(auc(texts, labels, _groups(told)), 4)
    return RuleResult(rule, figure, limit, figure < limit, [] if figure < limit else _telling(texts, labels))


def _groups(told: list[tuple[Row, str, bool]]) -> list[str]:
    """The family of each row; a refusal and its twin are one."""
    return [
        min(row.meta.family, row.meta.twin or row.meta.family) if row.meta and row.meta.family else row.where
        for row, *_ in told
    ]


def _telling(texts: Sequence[str], labels: Sequence[bool]) -> list[str]:
    """The three words whose share differs most between the two kinds of masked texts."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for text, label in zip(texts, labels, strict=True):
        counts[label].update(set(text.split()))
    totals = Counter(labels)

    def part(label: bool, word: str) -> float:
        return counts[label][word] / totals[label]

    words = sorted(
        counts[True].keys() | counts[False].keys(),
        key=lambda word: (-abs(part(True, word) - part(False, word)), word),
    )
    return [
        f"'{word}' is in {part(True, word):.0%} of the good and {part(False, word):.0%} of the others"
        for word in words[:3]
    ]
