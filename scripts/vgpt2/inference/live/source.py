"""Who makes the answers of a server: an exported model, or an upstream."""

from __future__ import annotations

from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.inference.live.generation import Generator
from vgpt2.settings import Profile


def check_source(model: Path | None, upstream: str | None) -> None:
    """Raises: UserError: there is nobody to make answers."""
    if upstream:
        if not upstream.startswith(("http://", "https://")):
            raise UserError(f"--upstream {upstream}: no address; give one as http://host:8000/v1#model")
    elif not model:
        raise UserError("who makes the answers? Give --model FOLDER or --upstream URL#MODEL")
    elif not model.is_dir():
        raise UserError(f"{model}: no model yet: make all")


def generator_of(
    model: Path | None, upstream: str | None, catalog: Catalog, profile: Profile, seconds: float, together: int = 1
) -> Generator:
    """Who makes the answers.

    Args:
        upstream: address and, behind a `#`, the model's name there; it goes before `model`.
        seconds: the longest that an upstream may take for an answer.
        together: answers that a model makes at once.

    Raises:
        UserError: the model cannot be loaded.
    """
    if upstream:
        from vgpt2.inference.bounded.remote import Remote
        from vgpt2.inference.live.upstream import Upstream

        url, _, name = upstream.partition("#")
        bounds = Remote(profile.decode, catalog) if profile.decode != "free" else None
        return Upstream(url, name, profile.exam.max_new_tokens, seconds, bounds)
    from vgpt2.inference.live.scheduler import loaded

    return loaded(model or Path(), catalog, profile, together)
