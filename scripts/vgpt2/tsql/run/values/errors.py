"""What a value function raises; both end as `not run: ...`, for the rows here are made and others might convert."""

from __future__ import annotations


class NotRun(ValueError):
    """What SQL Server gives here is not known to this engine."""

    def __init__(self, what: str):
        super().__init__(f"not run: {what}")


class NoConversion(ValueError):
    """SQL Server would end with an error of conversion (TRY_CAST: with NULL)."""

    def __init__(self, value: object, target: str):
        super().__init__(f"not run: {value!r:.60} is no {target}")
