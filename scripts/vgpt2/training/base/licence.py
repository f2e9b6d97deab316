"""Under which licence a base model is had: by our own files, by the hub, or by the page in its folder."""

from __future__ import annotations

import re
from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.settings import CONFIGS, ModelSettings, model_names, read_yaml
from vgpt2.training.base.embedded import HUB_SECONDS, models

FRONT = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)
LICENCE = re.compile(r"^license(?:_name)?: *([\w.-]+) *$", re.MULTILINE)


def stated(model: ModelSettings) -> str:
    """What our own files say; empty where they know no such model."""
    if embedded := models().get(model.source):
        return embedded.licence
    for name in model_names():
        said = read_yaml(CONFIGS / "models" / f"{name}.yaml")
        if said["model"].get("name_or_path") == model.name_or_path:
            return str(said.get("licence", ""))
    return ""


def of_page(folder: Path) -> str:
    """What the front matter of a model's README says (`license_name` where `license` is `other`); empty for none."""
    try:
        front = FRONT.match((folder / "README.md").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    found = LICENCE.findall(front[1]) if front else []
    return next((name for name in found if name != "other"), found[0] if found else "")


def of_hub(name: str) -> str:
    """What the hub says of a model; empty where it does not answer within five seconds."""
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        card = HfApi().model_info(name, timeout=HUB_SECONDS).card_data
    except (httpx.HTTPError, HfHubHTTPError, OfflineModeIsEnabled, OSError):
        return ""
    said = card.to_dict() if card else {}
    return str(said.get("license_name") or said.get("license") or "")


def licence_of(model: ModelSettings) -> str:
    """The licence of a base model: by our files, else by the page in its folder, else by the hub; empty for unknown."""
    if model.source == "tiny":
        return "made here, no licence of others"
    if own := stated(model):
        return own
    return of_page(Path(model.name_or_path)) if Path(model.name_or_path).is_dir() else of_hub(model.name_or_path)


def check_licence(model: ModelSettings) -> str:
    """The licence of a base model, once more asked of where the model comes from.

    Raises:
        UserError: the hub or the model's page says another one than our files.
    """
    own, name = stated(model), model.name_or_path
    if not own or model.source != "hub":
        return licence_of(model)
    there = of_page(Path(name)) if Path(name).is_dir() else of_hub(name)
    if there and there.lower() != own.lower():
        raise UserError(
            f"model {name}: its licence is {there!r} there, {own!r} in {CONFIGS.name}/models; read it, mend that file"
        )
    return own
