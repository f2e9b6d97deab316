"""Links of the pages to files of the project that are no pages: in the site they are the file's name alone."""

import re

OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)\s]+)\)")


def on_page_markdown(markdown: str, page, config, files) -> str:
    """Called by mkdocs for each page; a link to another page, as reference/ has them, stays."""
    pages = {file.src_uri for file in files}

    def plain(found: re.Match) -> str:
        inside = found[2].partition("#")[0] in pages
        return found[0] if inside else f"{found[1]} (`{found[2]}`)" if found[1] != found[2] else f"`{found[2]}`"

    return OUTSIDE.sub(plain, markdown)
