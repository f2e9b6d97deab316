"""Who answers: what names a model in results, and tells whether it may answer otherwise than before."""

from __future__ import annotations

from typing import Protocol


class Identified(Protocol):
    """What answers, in batches or one at a time."""

    @property
    def model(self) -> str:
        """Its name in results."""

    @property
    def fingerprint(self) -> str:
        """Another one where answers may be other ones."""

    @property
    def template_hash(self) -> str:
        """Of its chat template; empty where it is not known here."""
