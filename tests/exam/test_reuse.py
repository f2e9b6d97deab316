"""An export is a copy of a stage: the stage's answers count for it, but only if nothing is different."""

import shutil

import pytest

from vgpt2.exam.model import Gold, Question
from vgpt2.exam.reuse import reuse, same_model
from vgpt2.exam.runner import suite_hash
from vgpt2.files import digest, read_json, write_json, write_text
from vgpt2.model_folder import fingerprint

QUESTIONS = [Question("q0", "sql", "How many vendors?", Gold(sql=("SELECT COUNT(*) FROM APVM",)))]
FILES = {
    "model.safetensors": "weights",
    "config.json": "{}",
    "tokenizer.json": "{}",
    "tokenizer_config.json": "{}",
    "chat_template.jinja": "template",
    ".done": "{}",
}


@pytest.fixture
def stage(tmp_path):
    """A folder that passes for a merged model."""
    for name, text in FILES.items():
        write_text(tmp_path / "merged" / name, text)
    return tmp_path / "merged"


@pytest.fixture
def export(stage, tmp_path):
    """Its export: the same files, and what an export has beside them."""
    shutil.copytree(stage, tmp_path / "export")
    for name in ("README.md", "Modelfile", "export.json", ".done"):
        write_text(tmp_path / "export" / name, "of the export")
    return tmp_path / "export"


@pytest.fixture
def result(stage, write_exam, cpu):
    """The exam of the stage."""
    exam = write_exam("sft", ["right"])
    settings = {
        "max_new_tokens": cpu.exam.max_new_tokens,
        "retrieved_tables": cpu.exam.retrieved_tables,
        "schema_columns": cpu.data.schema_columns,
    }
    known = {"model": str(stage), "fingerprint": digest([fingerprint(stage)]), "settings": settings}
    write_json(exam.path, exam.result | known | {"suite_hash": suite_hash(QUESTIONS)})
    return exam.path


def test_the_answers_of_the_same_weights_count(export, result, cpu):
    found = reuse(export, [result], QUESTIONS, cpu, "schema")
    assert (found["model"], found["answers_of"]) == (str(export), str(result))
    assert found["questions"] == read_json(result)["questions"]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer_config.json", "chat_template.jinja"])
def test_not_where_a_byte_is_another(stage, export, result, cpu, name):
    write_text(export / name, (export / name).read_text()[:-1] + "?")
    assert not same_model(export, stage)
    assert reuse(export, [result], QUESTIONS, cpu, "schema") is None


@pytest.mark.parametrize(
    "change",
    [
        {"suite_hash": "another suite"},
        {"mode": "memory"},
        {"settings": {}},
        {"fingerprint": "the folder was trained again since"},
        {"model": "no/such/folder"},
    ],
    ids=str,
)
def test_nor_where_it_was_asked_otherwise_or_is_no_longer_there(export, result, cpu, change):
    write_json(result, read_json(result) | change)
    assert reuse(export, [result], QUESTIONS, cpu, "schema") is None
