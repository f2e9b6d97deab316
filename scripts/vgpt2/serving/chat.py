"""Questions at the terminal, or from a pipe: answers with the guard's word on them, and commands that look closer."""

from __future__ import annotations

import contextlib
import difflib
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from vgpt2.cli import click
from vgpt2.errors import UserError
from vgpt2.inference.live.generation import GenerationError, Nobody, TooLong
from vgpt2.serving.asked import LONGEST_QUESTION, TURNS
from vgpt2.serving.chat_words import GUARD, described, left_out, rows_as_text, uses_as_text
from vgpt2.serving.desk import Desk, Reply
from vgpt2.serving.door.leaving import leaving_cleanly
from vgpt2.serving.sure.readings import as_turn
from vgpt2.serving.wishes import Wish

if TYPE_CHECKING:
    from vgpt2.serving.made_up import MadeUp
    from vgpt2.serving.use.entry import Verdict
    from vgpt2.serving.use.log import UseLog

HELP = {
    "/schema": "a table's columns, key and joins: /schema NAME; alone: what the model was shown",
    "/why": "the guard's word on the last answer, its tables and joins",
    "/run": "what the last query gives on made-up rows; no database is asked",
    "/new": "forget this conversation: the next question stands alone",
    "/right": "keep in the log that the last answer is right",
    "/wrong": "keep in the log that it is wrong",
    "/help": "these commands",
    "/quit": "end, as Ctrl-D does",
}
NOTHING_YET = "there is no answer yet"


class Chat:
    """One conversation over a desk.

    Args:
        name: the model's.
        guard: `strict` or `mark`, as the endpoint's.
        log: keeps questions, answers, and what is said of them.
    """

    def __init__(self, desk: Desk, name: str, guard: str = "strict", log: UseLog | None = None) -> None:
        self.desk, self.name, self.log = desk, name, log
        self.wish = Wish(guard=guard)
        self.turns: list[tuple[str, str]] = []
        self.last: Reply | None = None
        self._last_id = ""
        self._made_up: MadeUp | None = None
        self.commands: dict[str, Callable[[str], None]] = {
            "/schema": self.schema,
            "/why": self.why,
            "/run": self.run,
            "/new": self.new,
            "/help": self.help,
        }
        if log:
            self.commands |= {"/right": lambda _: self.judge("right"), "/wrong": lambda _: self.judge("wrong")}

    def talk(self) -> None:
        """Read a line at a time to the end of what is typed or piped in, or until /quit. Ctrl-C stops an answer; where
        a line is awaited it ends the chat. SIGTERM ends it anywhere, and so does a reader of its answers who is gone
        (`| head`).

        Raises:
            SystemExit: 143 at SIGTERM, 130 at Ctrl-C where nobody types.
        """
        at_terminal = sys.stdin.isatty()
        if at_terminal:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  what was typed before comes back with the arrow keys
            self.greet()
        elif reconfigure := getattr(sys.stdin, "reconfigure", None):
            reconfigure(errors="replace")
        with leaving_cleanly(at_terminal):
            try:
                while (line := _next_line(at_terminal)) is not None and line != "/quit":
                    try:
                        self.take(line)
                    except KeyboardInterrupt:
                        if not at_terminal:
                            raise SystemExit(130) from None
                        click.echo("\n  stopped")
            finally:
                if self._made_up:
                    self._made_up.close()

    def greet(self) -> None:
        """What this is, an example, and the commands."""
        from vgpt2.serving.examples import examples

        catalog = self.desk.catalog
        counts = catalog.counts()
        click.echo(
            f"{catalog.database.title}, {counts['tables'] + counts['views']:,} tables and views; {self.name} answers.\n"
            "Ask in your own words; the answer is a SELECT with the guard's word on it. Nothing runs on your database."
        )
        for question in examples(catalog, 1):
            click.secho(f"For example: {question}", bold=True)
        click.echo(f"{', '.join(name for name in HELP if name in self.commands)}; /quit or Ctrl-D ends.")

    def take(self, line: str) -> None:
        """One line: a command or a question; an empty one is passed over."""
        if not line:
            return
        if not line.startswith("/"):
            self.ask(line)
            return
        name, _, rest = line.partition(" ")
        if command := self.commands.get(name.lower()):
            try:
                command(rest.strip())
            except UserError as error:
                click.secho(f"  {error}", fg="red")
            return
        near = difflib.get_close_matches(name.lower(), self.commands, 1)
        click.echo(f"  {name}: no such command; {f'did you mean {near[0]}?' if near else '/help lists them'}")

    def ask(self, question: str) -> None:
        """Answer a question; the last ones of the conversation go with it, as far as there is room."""
        if len(question) > LONGEST_QUESTION:
            click.echo(f"  the question has {len(question):,} characters; {LONGEST_QUESTION:,} are read")
            return
        turns = self.turns[-TURNS:]
        while turns and len(question) + sum(len(asked) + len(said) for asked, said in turns) > LONGEST_QUESTION:
            turns = turns[1:]
        waiting = Nobody()
        try:
            reply = self.desk.ask(question, 0, self.wish, turns, waiting)
        except TooLong as error:
            click.echo(f"  {error}; ask less at once{', or /new' if turns else ''}")
            return
        except GenerationError as error:
            click.secho(f"  {error}", fg="red")
            return
        except BaseException:  # Ctrl-C, SIGTERM
            waiting.gone = True  # the model makes no more of it
            raise
        reply.turns_left_out = len(self.turns) - len(turns)
        self.last = reply
        self.turns.append((question, as_turn(reply.text)))
        if self.log:
            from vgpt2.serving.use.entry import entry_of

            self._last_id = f"chat-{time.time_ns():x}"
            self.log.add(entry_of(self._last_id, question, reply))
        self.say(reply)

    def say(self, reply: Reply) -> None:
        """An answer, the guard's word, and the findings that its text does not have."""
        empty = "  (the model said nothing; say it in other words, or name a table)"
        click.echo(reply.text if reply.text.strip() else empty)
        if reply.cut:
            click.echo("  (cut off: the answer is as long as it may be)")
        if reply.turns_left_out:
            click.echo(f"  ({left_out(reply.turns_left_out)}; /new begins afresh)")
        said, colour = GUARD[reply.status]
        click.secho(f"  guard: {said}{f' ({reply.because})' if reply.because else ''}", fg=colour)
        for finding in _new_findings(reply):
            click.secho(f"  ! {finding}", fg="yellow")

    # ---- commands

    def schema(self, name: str) -> None:
        """A table, or what the model was shown."""
        if not name:
            click.echo(self.last.schema or "  it was shown no schema" if self.last else "  which table? /schema NAME")
            return
        click.echo(described(self.desk.catalog, self.desk.retriever, name))

    def why(self, _rest: str) -> None:
        """What the guard looked at."""
        if self.last is None:
            click.echo(f"  {NOTHING_YET}")
            return
        from vgpt2.serving.about_sql import about_sql

        reply = self.last
        said, colour = GUARD[reply.status]
        click.secho(f"  {said}{f' ({reply.because})' if reply.because else ''}", fg=colour)
        for finding in reply.findings:
            click.echo(f"  ! {_finding(finding)}")
        if reply.attempts > 1:
            click.echo("  asked twice: its first answer was not proved")
        for sql in [reply.sql] if reply.sql else reply.proved:
            click.echo(uses_as_text(about_sql(sql, self.desk.catalog)))

    def run(self, _rest: str) -> None:
        """The last query on made-up rows; of an answer that is not sure each."""
        if self.last is None or not (self.last.sql or self.last.proved):
            click.echo(f"  {'there is no query in the last answer' if self.last else NOTHING_YET}")
            return
        if not self.last.proved:
            click.echo("  only what is proved is run, and this is not: /why")
        for sql in self.last.proved:
            from vgpt2.serving.made_up import MadeUp

            self._made_up = self._made_up or MadeUp(self.desk.catalog)
            click.echo(rows_as_text(self._made_up.rows(sql)))

    def new(self, _rest: str) -> None:
        """Forget the conversation."""
        self.turns, self.last, self._last_id = [], None, ""
        click.echo("  a new conversation")

    def judge(self, verdict: Verdict) -> None:
        """Keep in the log what is said of the last answer."""
        if self.log and self._last_id:
            self.log.judge(self._last_id, verdict)
        click.echo("  kept" if self._last_id else f"  {NOTHING_YET}")

    def help(self, _rest: str) -> None:
        """The commands."""
        for name, what in HELP.items():
            if name in self.commands or name == "/quit":
                click.echo(f"  {name:<8} {what}")


def _next_line(at_terminal: bool) -> str | None:
    """The next line without blanks around it; None at the end, and at Ctrl-C. One of a pipe is shown, for it stands
    nowhere else."""
    try:
        line = input("? " if at_terminal else "").strip()
        if line and not at_terminal:
            click.echo(f"? {line}")
        return line
    except (EOFError, KeyboardInterrupt):
        if at_terminal:
            click.echo()
        return None


def _finding(finding: dict) -> str:
    nearest = f" (nearest: {finding['nearest']})" if finding["nearest"] else ""
    return f"{finding['message']}{nearest}"


def _new_findings(reply: Reply) -> list[str]:
    return list(dict.fromkeys(_finding(one) for one in reply.findings if one["message"] not in reply.text))
