"""Settings: profiles, database files and the `settings.json` of a run, all checked, all from YAML.

A profile is `_defaults.yaml` (the review's numbers) with its own file laid over it. An unknown key is an
error that names the nearest known one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from vgpt2.database_settings import DatabaseSettings, Strict
from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import read_json
from vgpt2.yaml_file import keys_at, read_yaml_file

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "automation" / "configs"

S = TypeVar("S", bound=Strict)


class ModelSettings(Strict):
    """Which base model, and how LLaMA-Factory talks to it. `chat_template`: the model's own, by which it is asked where
    that writes what `template` does, or one that is made of `template` and takes its place (trained)."""

    source: Literal["tiny", "smollm2", "qwen2.5-coder-0.5b", "hub"]
    name_or_path: str = ""
    template: str
    chat_template: Literal["own", "trained"] = "own"


# What a model may say in a SQL fence: anything; anything with names that exist; only T-SQL with names that exist.
Decode = Literal["free", "names", "grammar"]
Trait = Literal["one_table", "three_tables", "left_join", "isnull", "subquery", "case", "dates", "windows", "union"]


class DataSettings(Strict):
    """How many records to make, and of what form. Counts are records, before dedupe. `compact`: short questions in
    plain words and short answers, for models that cannot learn others."""

    sft: int = Field(ge=1)
    negatives: int = Field(ge=0)
    dpo: int = Field(ge=1)
    kto: int = Field(ge=1)
    mix: dict[Literal["sql", "schema", "document", "correction", "ambiguous"], float]
    intents: dict[Literal["sql", "schema", "document", "correction", "negative"], list[str]] = Field(
        default_factory=dict
    )
    sql_mix: dict[Trait, float] = Field(default_factory=dict)
    schema_in_prompt: float = Field(ge=0, le=1)
    schema_retrieved: float = Field(0.0, ge=0, le=1)
    distractors: int = Field(ge=0)
    schema_columns: int = Field(ge=2)
    compact: bool = False
    refusals_in_preferences: float = Field(ge=0, le=1)
    teacher: Literal["none", "base"] = "none"
    teacher_share: float = Field(0.1, ge=0, le=1)


class HarvestSettings(Strict):
    """Answers of the promoted model, before DPO and before KTO, from which their data are made first. `count`:
    questions, 0: none; `answers`: to each; `least_edit`: of a pair's longer side so much is another text at least."""

    count: int = Field(default=0, ge=0)
    answers: int = Field(default=4, ge=1)
    temperature: float = Field(default=0.8, gt=0, le=2)
    least_edit: float = Field(default=0.03, ge=0, lt=1)


class AuditSettings(Strict):
    """Limits of the audit; shares are fractions of one."""

    floors: dict[Literal["sft", "negatives", "dpo", "kto"], int]
    min_sql_share: float
    max_refusal_share: dict[Literal["sft", "dpo", "kto"], float]
    max_shortcut_auc: float = 0.65
    max_duplicates: float = 0.03
    max_mix_error: float = 0.03
    max_names_spelled: float = 0.5
    min_terse: float = 0.2
    min_chatty: float = 0.2
    max_sql_mix_error: float = 0.05
    min_ambiguous: float = Field(0.03, ge=0, le=1)
    min_coverage: float = 1.0
    min_module_balance: float = 0.2
    max_no_purpose: float = 0.01
    max_base_tables: float = 0.0
    max_weak_joins: float = 0.01
    max_backup_tables: float = 0.05
    twin_balance: float
    max_defect_share: float
    min_proved_by_rows: float = 0.3
    max_examples: int = 3


class ExamSettings(Strict):
    """How a stage is examined. `modes`: what the prompts show, an exam for each; the gates decide by the first."""

    suite: Literal["quick", "middle", "full"]
    modes: list[Literal["schema", "gold_schema", "memory"]] = Field(min_length=1)
    retrieved_tables: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    max_new_tokens: int = Field(ge=1)
    answers: int = Field(1, ge=1)
    export_questions: int = Field(ge=1)

    @field_validator("modes")
    @classmethod
    def _each_once(cls, modes: list[str]) -> list[str]:
        if twice := next((mode for mode in modes if modes.count(mode) > 1), ""):
            raise PydanticCustomError("twice", "{mode} is named twice; each mode is one exam", {"mode": twice})
        return modes


class GateSettings(Strict):
    """When a stage is promoted. `override` promotes in any case and is recorded.

    `significance`: how often a whole chain of `gates` may promote a stage that is no better. `harm`: the level of the
    tests that refusals and inventions are no more.
    """

    max_false_refusal: float
    max_hallucinated: float
    significance: float = Field(gt=0, lt=1)
    gates: int = Field(3, ge=1)
    harm: float = Field(0.1, gt=0, lt=1)
    override: str = ""


class WatchSettings(Strict):
    """When the trainer's log ends a stage early. `max_chosen_fall`: nats a row by which logps/chosen may lie under the
    reference's; `min_reward`: rewards that never come to it do not move (0: not looked at)."""

    max_chosen_fall: float = Field(default=50, gt=0)
    min_reward: float = Field(default=0.001, ge=0)


class LaunchSettings(Strict):
    """How the trainer is started. `processes` 0: one for each GPU that is seen."""

    processes: int = Field(ge=0)
    use_cpu: bool
    deepspeed: str = ""


class TrainSettings(Strict):
    """LLaMA-Factory arguments over those of the stage files; `common` for all stages."""

    common: dict[str, Any] = Field({})
    sft: dict[str, Any] = Field({})
    dpo: dict[str, Any] = Field({})
    kto: dict[str, Any] = Field({})


class Profile(Strict):
    """All that depends on the machine."""

    description: str
    seed: int
    model: ModelSettings
    data: DataSettings
    harvest: HarvestSettings = Field(default_factory=HarvestSettings)
    decode: Decode = "free"
    audit: AuditSettings
    exam: ExamSettings
    gate: GateSettings
    launch: LaunchSettings
    watch: WatchSettings = Field(default_factory=WatchSettings)
    train: TrainSettings


class Settings(Strict):
    """`settings.json` of a run: what the user asked for, and the profile that came of it."""

    run: str
    profile_name: str
    source: str
    database: str
    seed: int
    extra: str = ""
    teacher: str = ""
    teacher_model: str = ""
    stages: dict[str, str] = Field(
        default_factory=dict
    )  # file of automation/configs that the trainer reads: digest of what it says
    profile: Profile


def merge(below: dict, above: dict) -> dict:
    """`above` laid over `below`; nested mappings are merged, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def read_yaml(path: str | Path) -> dict[str, Any]:
    """A YAML file that holds a mapping.

    Raises:
        UserError: missing, not YAML (with line and column), a key twice, or not a mapping.
    """
    return read_yaml_file(path).values


def build(kind: type[S], values: dict[str, Any], path: str | Path) -> S:
    """`values` as settings of this kind.

    Raises:
        UserError: the first fault, with its key, and the nearest known key where one is unknown.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            hint = did_you_mean(str(fault["loc"][-1]), keys_at(kind, fault["loc"][:-1]))
            raise UserError(f"{path}: unknown key '{key}'{hint}") from None
        raise UserError(f"{path}: '{key}': {fault['msg'].lower()} (found {fault['input']!r})") from None


def profile_names() -> list[str]:
    """The profiles that exist, by name."""
    return sorted(path.stem for path in (CONFIGS / "profiles").glob("[!_]*.yaml"))


def load_profile(name: str, model: str = "") -> Profile:
    """The profile of this name, laid over the defaults, and over it what `model` names (see `model_overlay`).

    Raises:
        UserError: no such profile or model, or a fault in its file.
    """
    path = CONFIGS / "profiles" / f"{name}.yaml"
    if name not in profile_names():
        names = profile_names()
        raise UserError(f"PROFILE={name}: no such profile{did_you_mean(name, names)}; there are {', '.join(names)}")
    values = merge(read_yaml(path.with_name("_defaults.yaml")), read_yaml(path))
    return build(Profile, merge(values, model_overlay(model)), f"MODEL={model} over {path}" if model else path)


def model_names() -> list[str]:
    """The models that have a file of their own, by name."""
    return sorted(path.stem for path in (CONFIGS / "models").glob("*.yaml"))


def model_overlay(model: str) -> dict[str, Any]:
    """What a model lays over a profile: of a file in automation/configs/models or of one's own (.yaml) what it says;
    of a model's folder, and of `owner/model` on the hub, its name alone, with the profile's template.

    Raises:
        UserError: none of these; names the nearest.
    """
    if not model:
        return {}
    own = CONFIGS / "models" / f"{model}.yaml"
    file = own if own.is_file() else Path(model)
    if file.suffix in (".yaml", ".yml") and file.is_file():
        return {key: value for key, value in read_yaml(file).items() if key not in ("description", "licence")}
    if "/" not in model and "\\" not in model and not Path(model).is_dir():
        names = model_names()
        ways = f"a folder, a .yaml file, owner/model on the hub, or {', '.join(names)}"
        raise UserError(f"MODEL={model}: no such model; give {ways}{did_you_mean(model, names)}")
    if Path(model).suffix in (".yaml", ".yml"):
        raise UserError(f"MODEL={model}: no such file")
    return {"model": {"source": "hub", "name_or_path": model}}


def load_database(path: str | Path) -> DatabaseSettings:
    """A database file; a bare name (`vista.yaml`) is looked up among the project's own.

    Raises:
        UserError: the first fault, with file, line and key.
    """
    path = Path(path)
    if not path.exists() and path.parent == Path():
        path = CONFIGS / "databases" / path
    return read_yaml_file(path).check(DatabaseSettings)


def databases_known_by_tables() -> list[DatabaseSettings]:
    """The project's own database files that say by which tables their database is recognised."""
    found = [load_database(path) for path in sorted((CONFIGS / "databases").glob("*.yaml"))]
    return [settings for settings in found if settings.known_by]


def load_settings(path: str | Path) -> Settings:
    """The `settings.json` of a run."""
    return build(Settings, read_json(path), path)
