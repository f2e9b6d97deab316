"""Parts of a file that are written for it, between marks in its comments."""

from __future__ import annotations

import re

from vgpt2.errors import UserError

END = "# end of what `make chain` wrote"


def with_parts(text: str, parts: dict[str, str], name: str) -> str:
    """The text with what stands between `# written by `make chain`: <part>` and the next end replaced.

    Raises:
        UserError: marks are missing; `name`: the file's, for the message.
    """
    for part, written in parts.items():
        begin = f"# written by `make chain`: {part}"
        found = re.fullmatch(
            rf"(.*^[ ]*{re.escape(begin)}\n).*?(^[ ]*{re.escape(END)}\n.*)", text, re.DOTALL | re.MULTILINE
        )
        if not found:
            raise UserError(f"{name}: the marks of '{part}' are missing: {begin}, and after it {END}")
        text = f"{found[1]}{written}{found[2]}"
    return text
