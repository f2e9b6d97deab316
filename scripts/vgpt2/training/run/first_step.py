"""The reference policy, checked where it shows: in the first log line of a DPO or KTO run.

With a fresh adapter on the merged stage before, policy and reference are the same model at step 1, and the rewards
(beta times the difference of their log probabilities) are zero. With `adapter_name_or_path` alone the reference is the
model *under* the adapter, and they are not.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from vgpt2.errors import GateError

LIMIT = 1e-3
NUMBER = r"'?([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf))'?"
LOSS = re.compile(rf"'loss': {NUMBER}")
REWARD = re.compile(rf"'rewards/(chosen|rejected)': {NUMBER}")


@dataclass(frozen=True)
class FirstStep:
    """Loss and mean rewards at step 1; None for a side that the first batch of a KTO run did not hold."""

    loss: float
    chosen: float | None
    rejected: float | None

    @property
    def ok(self) -> bool:
        """Whether the reference is the model that the training starts from (nan is not)."""
        rewards = [value for value in (self.chosen, self.rejected) if value is not None]
        return bool(rewards) and all(abs(value) < LIMIT for value in rewards)

    def to_json(self) -> dict:
        """As `first_step.json` holds it."""
        return {**asdict(self), "limit": LIMIT, "ok": self.ok}


def parse_log_line(line: str) -> FirstStep | None:
    """The figures of a training log line as the trainer prints it, or None for any other line.

    >>> parse_log_line("{'loss': '0.6931', 'grad_norm': '4.5', 'rewards/chosen': '0', 'rewards/rejected': '0'}").ok
    True
    """
    loss = LOSS.search(line)
    if loss is None:
        return None
    rewards = {side: float(value) for side, value in REWARD.findall(line)}
    return FirstStep(float(loss[1]), rewards.get("chosen"), rewards.get("rejected"))


def refuse(stage: str, step: FirstStep) -> GateError:
    """The error that ends a run with the wrong reference."""
    return GateError(
        f"{stage}: wrong reference policy: at step 1 rewards/chosen is {step.chosen}"
        f" and rewards/rejected {step.rejected} (loss {step.loss}), both must be within {LIMIT} of 0;"
        " the model must be the merged stage before, with no adapter_name_or_path"
    )
