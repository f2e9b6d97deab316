"""Who a teacher may be, checked before anything else of it is loaded."""

from __future__ import annotations

from vgpt2.errors import UserError, did_you_mean

BASE, NONE = "base", "none"
KNOWN = (BASE, NONE)


def check_teacher(teacher: str, model: str, option: str, model_option: str, joined: str = " ") -> None:
    """Look at the words of a user: a teacher is `base`, `none`, or an endpoint with the name of its model.

    Args:
        option, model_option, joined: how the user says them: `TEACHER`, `TEACHER_MODEL` and `=`, or `--teacher`,
            `--teacher-model` and a blank.

    Raises:
        UserError: neither of them, or the model's name is missing or too much.
    """
    said = f"{option}{joined}{teacher}"
    if teacher in KNOWN:
        if model:
            raise UserError(f"{said} has no model to name; leave {model_option} out")
    elif teacher and not teacher.startswith(("http://", "https://")):
        hint = did_you_mean(teacher, KNOWN) or "; there are base, none, and an endpoint by its URL (http://...)"
        raise UserError(f"{said}: no such teacher{hint}")
    elif bool(teacher) != bool(model):
        raise UserError(f"{option} and {model_option} go together: give the endpoint's URL and the name of its model")
