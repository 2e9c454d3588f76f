"""What Amazon Bedrock is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from omnichat.errors import UnsupportedError
from omnichat.messages import (
    AudioPart,
    ChatRequest,
    FilePart,
    ImagePart,
    JsonFormat,
    Message,
    TextPart,
    Tool,
    ToolCall,
)
from omnichat.provider import Call
from omnichat.registry import every_provider

DIALECT = every_provider()["bedrock"].dialect
CLAUDE = "us.anthropic.claude-sonnet-5-v1:0"
OLDER = "anthropic.claude-sonnet-4-5-20250929-v1:0"
NOVA = "us.amazon.nova-2-lite-v1:0"
LLAMA = "meta.llama4-scout-v1:0"
HI = (Message.of("user", "Hi"),)
TIDE = Tool(name="get_tide", description="The tide.", parameters={"type": "object", "properties": {}}, strict=True)
CALL = ToolCall(id="t1", name="get_tide", arguments='{"at": "Brest"}')
SIGNED = {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "c2ln"}}}


def call(model: str = CLAUDE, **options: Any) -> Call:
    return DIALECT.chat(ChatRequest(**{"model": model, "messages": HI, **options}))


def asked(model: str = CLAUDE, **options: Any) -> dict[str, Any]:
    return dict(call(model, **options).json or {})


def test_a_conversation_is_turns_of_blocks_with_the_system_prompt_apart() -> None:
    talk = (
        Message.of("system", "Be brief."),
        Message.of("user", "Hello"),
        Message.of("user", " "),
        Message(
            role="user",
            parts=(
                TextPart("See"),
                ImagePart("data:image/jpg;base64,AA=="),
                ImagePart("s3://bucket/a.JPG"),
                AudioPart("data:audio/mpeg;base64,SUQz"),
            ),
        ),
        Message(
            role="assistant", parts=(TextPart("I look."),), tool_calls=(CALL,), provider_data=(SIGNED, {"type": "x"})
        ),
        Message(role="tool", parts=(TextPart("High"), ImagePart("data:image/png;base64,AA==")), tool_call_id="t1"),
        Message(role="tool", tool_call_id="t2"),
        Message.of("user", "Go on"),
    )
    body = asked(messages=talk)
    assert body["system"] == [{"text": "Be brief."}]
    assert body["messages"] == [
        {
            "role": "user",
            "content": [
                {"text": "Hello"},
                {"text": "See"},
                {"image": {"format": "jpeg", "source": {"bytes": "AA=="}}},
                {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "s3://bucket/a.JPG"}}}},
                {"audio": {"format": "mp3", "source": {"bytes": "SUQz"}}},
            ],
        },
        {
            "role": "assistant",
            "content": [
                SIGNED,
                {"text": "I look."},
                {"toolUse": {"toolUseId": "t1", "name": "get_tide", "input": {"at": "Brest"}}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "toolResult": {
                        "toolUseId": "t1",
                        "content": [{"text": "High"}, {"image": {"format": "png", "source": {"bytes": "AA=="}}}],
                    }
                },
                {"toolResult": {"toolUseId": "t2", "content": []}},
                {"text": "Go on"},
            ],
        },
    ]
    tools = [{"toolSpec": {"name": "get_tide", "inputSchema": {"json": {"type": "object", "properties": {}}}}}]
    assert body["toolConfig"] == {"tools": tools}, "the tools of a conversation have to be named"


def test_documents_have_names_of_their_own_and_a_word_beside_them() -> None:
    parts = (
        FilePart("data:application/pdf;base64,JVBERi0=", "Rules & more.v2.pdf"),
        FilePart("data:text/x-python;base64,cGFzcw==", "Rules & more.v2.py"),
        FilePart("data:text/markdown;base64,Iw==", "…"),
    )
    (turn,) = asked(messages=(Message(role="user", parts=parts),))["messages"]
    *documents, words = turn["content"]
    assert [(one["document"]["name"], one["document"]["format"]) for one in documents] == [
        ("Rules more v2", "pdf"),
        ("Rules more v2 (2)", "txt"),
        ("Document", "md"),
    ]
    assert words["text"]


@pytest.mark.parametrize(
    "part",
    [
        ImagePart("https://example.org/a.png"),
        ImagePart("data:image/tiff;base64,AA=="),
        FilePart("data:application/zip;base64,AA==", "a.zip"),
        FilePart("file-123", "a.pdf"),
        AudioPart("data:audio/midi;base64,AA=="),
    ],
)
def test_a_part_in_a_form_that_converse_does_not_take_is_refused(part: Any) -> None:
    with pytest.raises(UnsupportedError):
        asked(messages=(Message(role="user", parts=(part,)),))


def test_reasoning_goes_back_only_to_models_that_sign_it() -> None:
    talk = (*HI, Message(role="assistant", parts=(TextPart("Ho"),), provider_data=(SIGNED,)), *HI)
    assert SIGNED in asked(CLAUDE, messages=talk)["messages"][1]["content"]
    assert (
        SIGNED
        in asked("arn:aws:bedrock:us-east-1:1:application-inference-profile/x", messages=talk)["messages"][1]["content"]
    )
    assert asked(LLAMA, messages=talk)["messages"][1]["content"] == [{"text": "Ho"}]


def test_every_parameter_has_its_place() -> None:
    tuned: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "max_tokens": 50, "stop": ("END",), "top_k": 5}
    inference = {"temperature": 0.5, "topP": 0.9, "maxTokens": 50, "stopSequences": ["END"]}
    assert asked(**tuned)["inferenceConfig"] == inference
    assert asked(**tuned)["additionalModelRequestFields"] == {"top_k": 5}
    assert asked(NOVA, top_k=5)["additionalModelRequestFields"] == {"inferenceConfig": {"topK": 5}}
    assert asked("cohere.command-r-v1:0", top_k=5)["additionalModelRequestFields"] == {"k": 5}
    assert asked() == {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (CLAUDE, {"seed": 7}),
        (CLAUDE, {"frequency_penalty": 1.0}),
        (CLAUDE, {"logprobs": 2}),
        (CLAUDE, {"web_search": True}),
        (CLAUDE, {"response_format": JsonFormat()}),
        (CLAUDE, {"effort": "high", "temperature": 0.1}),
        (LLAMA, {"effort": "high"}),
        (LLAMA, {"top_k": 3}),
    ],
)
def test_what_a_model_does_not_take_is_left_out_or_named(model: str, options: dict[str, Any]) -> None:
    name = str(list(options)[-1])
    assert name not in json.dumps(asked(model, **options))
    with pytest.raises(UnsupportedError):
        asked(model, strict=True, **options)


@pytest.mark.parametrize(
    ("choice", "meant"),
    [
        ("", {}),
        ("auto", {"toolChoice": {"auto": {}}}),
        ("required", {"toolChoice": {"any": {}}}),
        ("get_tide", {"toolChoice": {"tool": {"name": "get_tide"}}}),
    ],
)
def test_tools_are_offered_as_the_caller_chooses(choice: str, meant: dict[str, Any]) -> None:
    spec = {
        "name": "get_tide",
        "description": "The tide.",
        "strict": True,
        "inputSchema": {"json": {"type": "object", "properties": {}}},
    }
    assert asked(tools=(TIDE,), tool_choice=choice)["toolConfig"] == {"tools": [{"toolSpec": spec}], **meant}


def test_no_tools_are_offered_unless_the_conversation_has_calls_already() -> None:
    assert "toolConfig" not in asked(tools=(TIDE,), tool_choice="none")
    talk = (*HI, Message(role="assistant", tool_calls=(CALL,)), Message(role="tool", tool_call_id="t1"))
    assert len(asked(tools=(TIDE,), tool_choice="none", messages=talk)["toolConfig"]["tools"]) == 1
    assert asked(NOVA, web_search=True)["toolConfig"] == {"tools": [{"systemTool": {"name": "nova_grounding"}}]}


def test_an_answer_in_json_is_asked_for_by_schema_or_in_words() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    shape = asked(response_format=JsonFormat(schema=schema, name="thing"))["outputConfig"]["textFormat"]
    assert shape["type"] == "json_schema"
    assert shape["structure"]["jsonSchema"]["name"] == "thing"
    assert json.loads(shape["structure"]["jsonSchema"]["schema"]) == schema
    assert "JSON" in str(asked(response_format=JsonFormat())["system"])


@pytest.mark.parametrize(
    ("model", "effort", "fields", "output"),
    [
        (OLDER, "none", None, None),
        (OLDER, "low", {"thinking": {"type": "enabled", "budget_tokens": 2048}}, None),
        (OLDER, "xhigh", {"thinking": {"type": "enabled", "budget_tokens": 16384}}, None),
        (
            "anthropic.claude-3-7-sonnet-20250219-v1:0",
            "minimal",
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            None,
        ),
        ("anthropic.claude-3-haiku-20240307-v1:0", "high", None, None),
        (CLAUDE, "none", {"thinking": {"type": "disabled"}}, None),
        ("anthropic.claude-opus-4-6-v1", "max", {"thinking": {"type": "adaptive"}}, {"effort": "max"}),
        (CLAUDE, "minimal", {"thinking": {"type": "adaptive"}}, {"effort": "low"}),
        (NOVA, "medium", {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "medium"}}, None),
        ("openai.gpt-oss-120b-1:0", "high", {"reasoning_effort": "high"}, None),
    ],
)
def test_effort_is_asked_for_as_each_maker_wants_it(
    model: str, effort: str, fields: dict[str, Any] | None, output: dict[str, Any] | None
) -> None:
    body = asked(model, effort=effort)
    assert body.get("additionalModelRequestFields") == fields
    assert body.get("outputConfig") == output


def test_reasoning_leaves_room_for_an_answer() -> None:
    def budget(most: int) -> Any:
        fields = asked(OLDER, effort="high", max_tokens=most).get("additionalModelRequestFields", {})
        return fields.get("thinking", {}).get("budget_tokens")

    assert [budget(most) for most in (20000, 16384, 1500, 1024)] == [16384, 8192, 1024, None]
    assert "inferenceConfig" not in asked(NOVA, effort="max", max_tokens=100, temperature=0.1)


def test_what_converse_does_not_know_is_passed_on_to_the_model() -> None:
    extra = {"top_k": 7, "guardrailConfig": {"guardrailIdentifier": "g"}, "additionalModelRequestFields": {"a": 1}}
    body = asked(extra=extra, effort="low")
    assert body["guardrailConfig"] == {"guardrailIdentifier": "g"}
    assert body["additionalModelRequestFields"] == {"thinking": {"type": "adaptive"}, "a": 1, "top_k": 7}


def test_amazons_own_description_of_the_interface_agrees_with_what_we_send() -> None:
    described = ServiceModel(Loader().load_service_model("bedrock-runtime", "service-2"))
    shape = described.operation_model("ConverseStream").input_shape
    parts = (TextPart("See"), ImagePart("data:image/png;base64,AA=="), AudioPart("data:audio/wav;base64,UklG"))
    files = (FilePart("data:application/pdf;base64,JVBERi0=", "a.pdf"),)
    body = asked(
        messages=(
            Message.of("system", "Be brief."),
            Message(role="user", parts=(*parts, *files)),
            Message(role="assistant", tool_calls=(CALL,), provider_data=(SIGNED,)),
            Message(role="tool", parts=(TextPart("High"),), tool_call_id="t1"),
        ),
        tools=(TIDE,),
        tool_choice="required",
        response_format=JsonFormat(schema={"type": "object"}),
        effort="high",
        max_tokens=5,
        stop=("END",),
        extra={"requestMetadata": {"team": "sea"}},
    )
    report = ParamValidator().validate({"modelId": CLAUDE, **body}, shape)
    known = [
        line for line in report.generate_report().splitlines() if "effort" not in line
    ]  # newer than some libraries
    assert known == []
