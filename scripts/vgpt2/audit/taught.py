"""What a teacher did for a dataset, as the step that asked it wrote it down."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from vgpt2.audit.artefacts import Taught
from vgpt2.errors import UserError
from vgpt2.files import read_json


def read_taught(path: Path) -> Taught:
    """`data/raw/teacher.json`.

    Raises:
        UserError: it cannot be read, or has another form.
    """
    try:
        return TypeAdapter(Taught).validate_python(read_json(path))
    except ValidationError as error:
        key = ".".join(map(str, error.errors()[0]["loc"]))
        raise UserError(
            f"{path}: '{key}': {error.errors()[0]['msg'].lower()}; run generate_training_data.py again"
        ) from None
