"""LangChain's ChatOpenAI against our endpoint with a real tiny model, which has learnt nothing."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from openai import AuthenticationError, BadRequestError, NotFoundError
from pydantic import BaseModel
from tests.serving.page.served import GivenDesk
from tests.serving.servers import listening

from vgpt2.serving.app import Limits, build_app

NAMES = "```sql\nSELECT Name FROM APVM WITH (NOLOCK)\n```"


@pytest.fixture(scope="module")
def url(desk):
    with listening(build_app(desk, "tiny", Limits(guard="mark", key="k", seconds=1000))) as made:
        yield made


@pytest.fixture
def model(url):
    """A client of these options; tokens are drawn, for the likeliest of such a model are all blanks."""

    def made(at=url, **more):
        fixed = {"model": "tiny", "api_key": "k", "max_tokens": 8, "temperature": 0.7, "seed": 3, "max_retries": 0}
        return ChatOpenAI(base_url=at, **{**fixed, **more})

    return made


def test_invoke_and_stream_say_the_same_with_their_tokens(model):
    asked = model(stream_usage=True)
    whole, parts = asked.invoke("Which vendors are there?"), list(asked.stream("Which vendors are there?"))
    assert len(parts) > 3
    assert "".join(part.content for part in parts) == whole.content != ""
    assert whole.usage_metadata["output_tokens"] == 8
    assert (
        sum(part.usage_metadata["total_tokens"] for part in parts if part.usage_metadata)
        == (whole.usage_metadata["total_tokens"])
    )
    assert (whole.response_metadata["finish_reason"], whole.response_metadata["model_name"]) == ("length", "tiny")


def test_a_conversation_with_a_system_message_is_in_the_prompt(model):
    last = HumanMessage([{"type": "text", "text": "and of company 2?"}])
    talk = [SystemMessage("Answer briefly."), HumanMessage("Which vendors are there?"), AIMessage(NAMES), last]
    sizes = [model().invoke(messages).usage_metadata["input_tokens"] for messages in (talk[1:], talk)]
    assert sizes[0] < sizes[1]
    assert model().invoke([last]).usage_metadata["input_tokens"] < sizes[0]


def test_an_answer_goes_back_as_langchain_keeps_it(model):
    """As it came whole, in pieces put together, in content blocks, and with a name."""
    question = HumanMessage("Which vendors are there?", name="pat")
    pieces = list(model().stream([question]))
    blocks = model(output_version="v1").invoke([question])
    assert isinstance(blocks.content, list)
    for said in (model().invoke([question]), sum(pieces[1:], pieces[0]), blocks, AIMessage(NAMES, name="vista")):
        again = model().invoke([question, said, HumanMessage("and of company 2?")])
        assert again.usage_metadata["output_tokens"] == 8


def test_what_is_too_much_and_another_model_raise_openais_errors(model):
    with pytest.raises(NotFoundError, match="'gpt-4o' does not exist here; tiny is served"):
        model(model="gpt-4o").invoke("Which vendors are there?")
    with pytest.raises(BadRequestError, match="is too large: 4096") as refused:
        model(max_tokens=4096).invoke("Which vendors are there?")
    assert refused.value.param == "max_completion_tokens"


def test_several_questions_and_several_answers_at_once(model):
    questions = ["Which vendors are there?", "Which jobs are there?", "Which customers are there?"]
    alone = [model().invoke(question).content for question in questions]
    assert [said.content for said in model().batch(questions)] == alone
    [choices] = model(n=3, top_p=0.9).generate([[HumanMessage(questions[0])]]).generations
    assert len({choice.text for choice in choices}) == 3


def test_answers_and_streams_of_an_event_loop(model):
    async def asked():
        client = model()
        whole = await client.ainvoke("Which vendors are there?")
        parts = [part.content async for part in client.astream("Which vendors are there?")]
        return whole.content, "".join(parts)

    whole, streamed = asyncio.run(asked())
    assert whole == streamed != ""


def test_what_is_not_supported_raises_openais_error_and_names_the_field(model):
    form = {"title": "Query", "type": "object", "properties": {"sql": {"type": "string"}}, "required": ["sql"]}
    asking = {
        "response_format": [
            model().with_structured_output(form, method="json_schema"),
        ],
        "tool_choice": [model().with_structured_output(form, method="function_calling")],
        "tools": [model().bind_tools([form | {"description": "A query."}])],
        "logprobs": [model(logprobs=True)],
        "vgpt2": [model(extra_body={"vgpt2": {"answers": 99}})],
    }
    for field, clients in asking.items():
        for client in clients:
            with pytest.raises(BadRequestError, match=f"'{field}'") as refused:
                client.invoke("Which vendors are there?")
            assert (refused.value.param, refused.value.type) == (field, "invalid_request_error")
    with pytest.raises(AuthenticationError, match="no key, or a wrong one"):
        model(api_key="x").invoke("Which vendors are there?")


def test_an_answer_is_read_into_a_class_of_its_own(model, sample):
    class Query(BaseModel):
        text: str
        sql: str
        status: str
        tables: list[str]

    desk = GivenDesk(sample, {"their names": NAMES})
    with listening(build_app(desk, "tiny")) as url:
        asked = model(url, temperature=0, seed=None).with_structured_output(Query, method="json_mode")
        said = asked.invoke("their names")
    assert said == Query(text=NAMES, sql="SELECT Name FROM APVM WITH (NOLOCK)", status="valid", tables=["dbo.APVM"])
    desk.close()


def test_several_answers_of_which_one_is_chosen(model, sample):
    desk = GivenDesk(sample, {"their names": [NAMES] * 5})
    with listening(build_app(desk, "tiny")) as url:
        client = model(url, temperature=0, seed=None, extra_body={"vgpt2": {"answers": 5}})
        assert client.invoke("their names").content == f"{NAMES}\n\nAll 5 answers agree."
        assert "".join(part.content for part in client.stream("their names")).endswith("All 5 answers agree.")
    desk.close()
