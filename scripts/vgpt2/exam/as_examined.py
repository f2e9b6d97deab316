"""A model of this machine as the exam of a profile asks it: what is compared with an exam on record is asked so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vgpt2.inference.backends import Backend
from vgpt2.inference.several.backend import Several

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog
    from vgpt2.inference.local_model import LocalModel
    from vgpt2.settings import Profile


def as_examined(model: LocalModel, profile: Profile, catalog: Catalog) -> Backend:
    """The model, its answers bounded as the profile decodes, one chosen of as many as the profile asks for."""
    bounded = model.bounded(profile.decode, catalog)
    return Several(bounded, profile.exam.answers, catalog) if profile.exam.answers > 1 else bounded
