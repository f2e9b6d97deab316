"""Scripts into batches, batches into statements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from vgpt2.sqltext.scan import Token, comment_end, scan

# What hides a GO: comments, strings and quoted names. Found alone, so that big data scripts stay cheap.
_OPAQUE = re.compile(r"--[^\r\n]*|/\*|'(?:[^']|'')*(?:'|\Z)|\[(?:[^\]\n]|\]\])*\]|\"(?:[^\"\n]|\"\")*\"")
_GO = re.compile(r"^[ \t]*GO(?:[ \t]+\d+)?[ \t]*;?[ \t]*(?:--[^\n]*)?\r?$", re.IGNORECASE | re.MULTILINE)
_SQLCMD = re.compile(
    r"^[ \t]*:(?:setvar|r|on|connect|out|error|exit|quit|list|listvar|perftrace|serverlist|reset|xml)\b[^\n]*",
    re.I | re.M,
)

_STARTERS = frozenset(
    """
    ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP ELSE
    END EXEC EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR READTEXT RECONFIGURE RESTORE RETURN
    REVERT REVOKE ROLLBACK SAVE SELECT SET SHUTDOWN THROW TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WITH WRITETEXT
    """.split()
)
# After these a starter goes on with the same statement: UNION SELECT, ON DELETE, FOR UPDATE, AFTER INSERT, OR ALTER.
_JOINING = frozenset("UNION ALL EXCEPT INTERSECT AS ON FOR AFTER OF OR THEN ADD WITH BULK , ( = . NOT".split())
_RIGHTS = frozenset(("GRANT", "DENY", "REVOKE"))
_PROGRAMS = frozenset(("PROC", "PROCEDURE", "FUNCTION", "TRIGGER"))


def _hidden(text: str) -> list[tuple[int, int]]:
    spans, position = [], 0
    while found := _OPAQUE.search(text, position):
        position = comment_end(text, found.start()) if found.group() == "/*" else found.end()
        spans.append((found.start(), position))
    return spans


def outside_comments(matches: Iterable[re.Match], text: str) -> list[re.Match]:
    """Those matches in `text`, in order, that begin outside of comments, strings and quoted names."""
    matches = list(matches)
    spans = _hidden(text) if matches else []
    kept, index = [], 0
    for match in matches:
        while index < len(spans) and spans[index][1] <= match.start():
            index += 1
        if index == len(spans) or match.start() <= spans[index][0]:
            kept.append(match)
    return kept


def split_batches(text: str) -> list[tuple[int, str]]:
    """The batches between `GO` lines, each with the 1-based line on which its text starts; empty ones are left out.

    A `GO` in a comment, string or quoted name parts nothing. `GO 5` is one batch. SQLCMD command lines
    (`:setvar`, `:r`) become blank lines.
    """
    text = text.replace("\r\n", "\n")
    if ":" in text:
        text = _SQLCMD.sub("", text)
    cuts = outside_comments(_GO.finditer(text), text)
    batches, start, line = [], 0, 1
    for end, after in [(cut.start(), cut.end()) for cut in cuts] + [(len(text), len(text))]:
        batch = text[start:end]
        body = batch.lstrip()
        if body:
            lead = batch[: len(batch) - len(body)]
            batches.append((line + lead.count("\n"), body.rstrip()))
        line += text.count("\n", start, after)
        start = after
    return batches


def statement_starts(tokens: list[Token]) -> list[int]:
    """The indices of the tokens at which a statement starts: statement keywords outside parentheses and CASE.

    `tokens` are without comments. Control words (IF, WHILE, BEGIN, ELSE, END) are statements of their own, so the
    statement after a condition stands alone.
    """
    starts: list[int] = []
    depth = cases = 0
    fresh = True  # at the start of the batch, and after a semicolon
    seen: set[str] = set()  # statement keywords of this statement, outside parentheses
    for index, token in enumerate(tokens):
        if token.text == ";" and depth == 0:
            fresh, cases = True, 0
            continue
        word = token.upper if depth == 0 else ""
        depth = max(0, depth + (token.text == "(") - (token.text == ")"))
        if fresh:
            starts.append(index)
            fresh, seen = False, {word}
        elif word == "CASE":
            cases += 1
        elif word == "END" and cases:
            cases -= 1
        elif word in _STARTERS and not cases:
            if _goes_on(tokens, starts[-1], index, word, seen):
                seen.add(word)
            else:
                starts.append(index)
                seen = {word}
    return starts


def _goes_on(tokens: list[Token], start: int, at: int, word: str, seen: set[str]) -> bool:
    """Whether the statement keyword at `at` belongs to the statement that started at `start`."""
    first, before = tokens[start].upper, tokens[at - 1].upper or tokens[at - 1].text
    after = tokens[at + 1].upper or tokens[at + 1].text if at + 1 < len(tokens) else ""
    if before == "AS" and first in ("CREATE", "ALTER"):
        return not _PROGRAMS.intersection(token.upper for token in tokens[start + 1 : start + 4])
    if before in _JOINING:
        return True
    if first in _RIGHTS:
        return not any(token.upper in ("TO", "FROM") for token in tokens[start:at])
    if word == "SELECT":
        carried = first in ("INSERT", "WITH") or (first in ("CREATE", "ALTER") and "WITH" in seen)
        return carried and not seen & {"SELECT", "EXEC", "EXECUTE", "UPDATE", "DELETE", "MERGE"}
    if word in ("INSERT", "UPDATE", "DELETE", "MERGE"):
        own = first == "WITH" and not seen & {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"}
        return own or (word == "UPDATE" and after == "(")  # IF UPDATE(column)
    if word == "SET":
        if first == "ALTER":  # ALTER DATABASE x SET ..., ON DELETE SET NULL
            return before in ("DELETE", "UPDATE") or after == "(" or at - start <= 4
        return first == "MERGE" or ("UPDATE" in seen and "SET" not in seen)
    if word in ("EXEC", "EXECUTE"):
        return first == "INSERT" and not seen & {"SELECT", "EXEC", "EXECUTE"}
    if word in ("ALTER", "DROP"):
        return first == "ALTER" and after in ("COLUMN", "CONSTRAINT", "PERIOD", "MEMBER")
    if word == "IF":  # DROP TABLE IF EXISTS t
        return after == "EXISTS" and at + 2 < len(tokens) and tokens[at + 2].text != "("
    if word == "FETCH":
        return before in ("ROW", "ROWS")  # OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY
    return word == "WITH" and not _opens_cte(tokens, at)


def _opens_cte(tokens: list[Token], at: int) -> bool:
    """WITH name AS ( or WITH name (a, b) AS (, and not a hint or an option."""
    if at + 2 >= len(tokens) or tokens[at + 1].kind not in ("word", "name"):
        return False
    if tokens[at + 1].upper in ("EXEC", "EXECUTE"):
        return False
    return tokens[at + 2].upper == "AS" or tokens[at + 2].text == "("


def statements(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each statement, trailing semicolons dropped.

    The headers of control flow (`IF x > 1`, `BEGIN`, `ELSE`) are parts of their own. `CREATE PROCEDURE ... AS` is one
    as well, followed by the statements of its body.
    """
    for start, end in pairwise([*statement_starts(tokens), len(tokens)]):
        part = tokens[start:end]
        while part and part[-1].text == ";":
            part = part[:-1]
        if part:
            yield part


def split_statements(batch: str) -> list[str]:
    """The `statements` of a batch as text, comments between them dropped."""
    return [batch[part[0].start : part[-1].end] for part in statements(list(scan(batch)))]
