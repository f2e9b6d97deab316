"""How much room a query that has begun needs to end, and what would only make it longer."""

from __future__ import annotations

import re
from collections import Counter

from vgpt2.tsql.grammar.lexer import placed
from vgpt2.tsql.grammar.written import bounded_words
from vgpt2.tsql.prefix.names import Names

# With so many tokens left a query ends where it can: small models repeat a condition or a column to the end.
LAST = 16
# What has to come yet for each bracket that is open, in tokens: another argument or two, and what closes it.
BRACKET = 6
# And for each query in brackets: its FROM, what it is called.
QUERY = 12
# And for each JOIN its ON.
ON = 8
# What a word begins, in tokens that it needs itself: of what is not listed nothing.
_COSTS = {
    **dict.fromkeys(", + - * / % & | ^ AND OR WHERE HAVING ORDER FOR OPTION".split(), 1),
    **dict.fromkeys("( CASE WHEN".split(), BRACKET),
    **dict.fromkeys("SELECT JOIN APPLY INNER LEFT RIGHT FULL CROSS OUTER".split(), LAST),
    **dict.fromkeys("UNION EXCEPT INTERSECT".split(), LAST + QUERY),
}
DEAREST = max(_COSTS.values())
# A text, or what something is called, of so many characters may come to its end.
LONG_ENOUGH = 20
LAST_WORD = re.compile(r"\w+\Z")


def needed(sql: str) -> int:
    """So many tokens the beginning of a query should have left, or it has to come to its end."""
    texts = [token.text.upper() for token in placed(sql)]
    queries: list[bool] = []  # whether each open bracket holds one
    for before, text in zip(["", *texts], texts, strict=False):
        if before == "(" and queries:
            queries[-1] = text in ("SELECT", "WITH")
        if text == "(":
            queries.append(False)
        elif text == ")" and queries:
            queries.pop()
    counts = Counter(texts)
    joins = max(0, counts["JOIN"] - counts["CROSS"] - counts["ON"])
    return LAST + BRACKET * len(queries) + QUERY * sum(queries) + ON * joins


def cost(begun: str, text: str, names: Names) -> int:
    """So many tokens, beside those that are needed to end it, a query has to have left that has begun and is to become
    `text`: what a new condition, column, table or bracket needs, and for a text or a name that goes on and on."""
    before, after = _began(begun), _began(text)
    if before is None or after is None:
        return int(after is None and len(text) - text.rindex("'") > LONG_ENOUGH)
    costs = [_COSTS[word] for word in after - before]
    if last := LAST_WORD.search(text):
        costs.append(_cost_of_word(last.group(), names))
    elif text[-2:].isspace():
        costs.append(DEAREST)
    return max(costs, default=0)


def _cost_of_word(word: str, names: Names) -> int:
    """What the word needs with which a text ends, or the cheapest that it may become."""
    if any(name.startswith(word) for name in names.known):
        return 0
    if comes := [known for known in bounded_words() if known.startswith(word.upper())]:
        return min(_COSTS.get(known, 0) for known in comes)
    return BRACKET if len(word) > LONG_ENOUGH or (len(word) > 1 and names.begins_function(word)) else 0


def _began(sql: str) -> Counter[str] | None:
    """How many of the words that cost something there are; None within a text that is not closed."""
    words = [token.text for token in placed(sql)]
    if "'" in words:
        return None
    return Counter(word.upper() for word in words if word.upper() in _COSTS and word in (word.upper(), word.lower()))
