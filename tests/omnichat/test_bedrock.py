"""Amazon Bedrock: what it is asked, what it tells, and how it knows who asks."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from omnichat import AsyncClient
from omnichat.deltas import CitationDelta, Delta, FinishDelta, FinishReason, ProviderDataDelta, TextDelta
from omnichat.errors import BadRequestError, MissingKeyError, OmniChatError, ServerError, UnsupportedError
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
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end
from tests.omnichat.frames import frame, read_frames
from tests.omnichat.recorded import FOLDER, KINDS
from tests.omnichat.telling import read_body

FRAMES = KINDS[".frames"]
DIALECT = every_provider()["bedrock"].dialect
CLAUDE = "us.anthropic.claude-sonnet-5-v1:0"
OLDER = "anthropic.claude-sonnet-4-5-20250929-v1:0"
NOVA = "us.amazon.nova-2-lite-v1:0"
LLAMA = "meta.llama4-scout-v1:0"
HI = (Message.of("user", "Hi"),)
TIDE = Tool(name="get_tide", description="The tide.", parameters={"type": "object", "properties": {}}, strict=True)
CALL = ToolCall(id="t1", name="get_tide", arguments='{"at": "Brest"}')
SIGNED = {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "c2ln"}}}
ANSWER = Saying(
    kind=FRAMES,
    pieces=(
        frame("event", "messageStart", {"role": "assistant"}),
        frame("event", "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Yes"}}),
        frame("event", "messageStop", {"stopReason": "end_turn"}),
    ),
)
KEYS = ("BEDROCK_API_KEY", "AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*KEYS, "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "BEDROCK_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")


def call(model: str = CLAUDE, **options: Any) -> Call:
    return DIALECT.chat(ChatRequest(**{"model": model, "messages": HI, **options}))


def asked(model: str = CLAUDE, **options: Any) -> dict[str, Any]:
    return dict(call(model, **options).json or {})


async def told(*rows: tuple[str, Any]) -> list[Delta]:
    deltas: list[Delta] = []
    body = b"".join(frame("event", name, payload) for name, payload in rows)
    await read_body(DIALECT, body, FRAMES, deltas)
    return deltas


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


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (CLAUDE, "/model/us.anthropic.claude-sonnet-5-v1%3A0/converse-stream"),
        ("arn:aws:bedrock:x:1:p/y", "/model/arn%3Aaws%3Abedrock%3Ax%3A1%3Ap%2Fy/converse-stream"),
    ],
)
async def test_a_request_arrives_as_it_was_signed(model: str, path: str) -> None:
    async with (
        far_end(ANSWER) as end,
        AsyncClient(keys={"bedrock": "AKID:secret:token"}, base_urls={"bedrock": end.url}) as client,
    ):
        request = ChatRequest(model=f"bedrock/{model}", messages=(Message.of("user", "Grüße?"),))
        deltas = [delta async for delta in client.stream(request)]
    assert deltas == [TextDelta("Yes"), FinishDelta(FinishReason.STOP)]
    assert end.asked[0].path == path
    assert end.asked[0].headers["authorization"] == _official(end)
    assert "secret" not in str(end.asked[0].headers)


def _official(end: FarEnd) -> str:
    """Return how Amazon's library would have signed what arrived."""
    arrived = end.asked[0]
    signed = str(re.search(r"SignedHeaders=([^,]+)", arrived.headers["authorization"])[1]).split(";")  # type: ignore[index]  # it matches
    assert signed == ["content-type", "host", "x-amz-date", "x-amz-security-token"]
    request = AWSRequest(
        arrived.method,
        f"http://{arrived.headers['host']}{arrived.path}",
        headers={name: arrived.headers[name] for name in signed},
        data=json.dumps(arrived.body, ensure_ascii=False).encode(),
    )
    request.context["timestamp"] = arrived.headers["x-amz-date"]
    auth = SigV4Auth(Credentials("AKID", "secret", "token"), "bedrock", "eu-west-1")
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, SignedHeaders={';'.join(signed)}, Signature={signature}"


async def test_a_key_of_bedrocks_own_travels_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "ABSKQmVk")
    async with far_end(ANSWER) as end:
        monkeypatch.setenv("BEDROCK_BASE_URL", end.url)
        async with AsyncClient() as client:
            answer = await client.chat.completions.create(
                model="bedrock/m", messages=[{"role": "user", "content": "Hi"}]
            )
    assert answer.choices[0].message.content == "Yes"
    assert end.asked[0].headers["authorization"] == "Bearer ABSKQmVk"
    assert "x-amz-date" not in end.asked[0].headers


async def test_lists_are_asked_for_at_another_host() -> None:
    listed = json.dumps(json.loads((FOLDER / "bedrock" / "models.json").read_text("utf-8"))["answer"]).encode()
    assert DIALECT.url("https://bedrock-runtime.eu-west-1.amazonaws.com", DIALECT.models()) == (
        "https://bedrock.eu-west-1.amazonaws.com/foundation-models"
    )
    assert DIALECT.url("https://vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com", DIALECT.models()).startswith(
        "https://vpce-1.bedrock.eu-west-1."
    )
    async with (
        far_end(Saying(kind=JSON, pieces=(listed,))) as end,
        AsyncClient(keys={"bedrock": "AKID:secret"}, base_urls={"bedrock": end.url}) as client,
    ):
        models = await client.list_models("bedrock")
    assert models[0].id == "bedrock/us.anthropic.claude-sonnet-5-v1:0"
    assert end.asked[0].path == "/foundation-models"
    assert "Credential=AKID/" in end.asked[0].headers["authorization"]


async def test_whoever_has_credentials_and_a_region_is_within_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = every_provider()["bedrock"]
    async with AsyncClient() as client:
        assert provider not in client.reachable()
        with pytest.raises(MissingKeyError):
            await client.chat.completions.create(model="bedrock/m", messages=[{"role": "user", "content": "Hi"}])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    async with AsyncClient() as client:
        assert provider in client.reachable()


def test_the_region_says_where_bedrock_is() -> None:
    locate = every_provider()["bedrock"].locate
    assert locate is not None
    assert locate({"HOME": "/nonexistent"}, None) is None
    assert locate({"HOME": "/nonexistent"}, "k") == "https://bedrock-runtime.us-east-1.amazonaws.com"
    assert locate({"AWS_REGION": "eu-west-1"}, "k") == "https://bedrock-runtime.eu-west-1.amazonaws.com"
    assert locate({"AWS_REGION": "cn-north-1"}, "k") == "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"


async def test_signed_reasoning_and_the_providers_own_tools_are_kept_for_the_next_turn() -> None:
    deltas: list[Delta] = []
    await read_body(DIALECT, read_frames((FOLDER / "bedrock" / "own-tool.frames").read_text("utf-8")), FRAMES, deltas)
    assert [delta.data for delta in deltas if isinstance(delta, ProviderDataDelta)] == [
        {
            "toolUse": {
                "toolUseId": "t1",
                "name": "nova_code_interpreter",
                "type": "server_tool_use",
                "input": {"snippet": "6*7"},
            }
        },
        {
            "toolResult": {
                "toolUseId": "t1",
                "status": "success",
                "type": "nova_code_interpreter_result",
                "content": [{"json": {"stdOut": "42"}}],
            }
        },
    ]
    assert CitationDelta(url="https://example.com/42", title="Answers", quote="The answer is 42") in deltas
    piece = {"contentBlockIndex": 0}
    deltas = await told(
        ("contentBlockDelta", {**piece, "delta": {"reasoningContent": {"text": "Hm."}}}),
        ("contentBlockDelta", {**piece, "delta": {"reasoningContent": {"signature": "c2ln"}}}),
        ("contentBlockStop", piece),
        ("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"reasoningContent": {"redactedContent": "cmVk"}}}),
        ("messageStop", {"stopReason": "end_turn"}),
    )
    kept = [delta.data for delta in deltas if isinstance(delta, ProviderDataDelta)]
    assert kept == [SIGNED, {"reasoningContent": {"redactedContent": "cmVk"}}]


async def test_a_whole_answer_names_its_sources_and_what_it_wants_back() -> None:
    deltas: list[Delta] = []
    await read_body(DIALECT, (FOLDER / "bedrock" / "whole.json-body").read_bytes(), JSON, deltas)
    assert CitationDelta(url="https://example.com/atlas", title="Atlas", quote="Paris is") in deltas
    kept = [delta.data for delta in deltas if isinstance(delta, ProviderDataDelta)]
    assert kept == [SIGNED, {"reasoningContent": {"redactedContent": "cmVk"}}]


async def test_a_body_of_another_kind_that_reports_a_failure_is_one() -> None:
    with pytest.raises(OmniChatError, match="No such"):
        await read_body(DIALECT, b'{"message": "No such operation"}', JSON, [])


def refused(message: str) -> BadRequestError:
    return BadRequestError(message, provider="bedrock", status=400, code="ValidationException")


@pytest.mark.parametrize(
    ("message", "lost"),
    [
        ("The model is unsupported for streaming.", "converse-stream"),
        ("This model doesn't support tool use in streaming mode.", "converse-stream"),
        ("`temperature` and `top_p` cannot both be specified for this model.", "topP"),
        ("This model doesn't support the stopSequences field. Remove stopSequences and try again.", "stopSequences"),
        ("This model doesn't support the toolConfig.toolChoice.any field.", "toolChoice"),
        ("temperature is deprecated for this model.", "temperature"),
        ("This model does not support the outputConfig field.", "textFormat"),
        ("extraneous key [thinking] is not permitted", "thinking"),
    ],
)
def test_what_a_model_turns_out_not_to_take_is_spared(message: str, lost: str) -> None:
    first = call(
        OLDER,
        temperature=0.1,
        top_p=0.2,
        stop=("END",),
        tools=(TIDE,),
        tool_choice="required",
        response_format=JsonFormat(schema={"type": "object"}),
        extra={"thinking": {"type": "enabled", "budget_tokens": 2000}},
    )
    simpler = DIALECT.simpler(first, refused(message))
    assert simpler is not None
    assert lost in first.path + str(first.json)
    assert lost not in simpler.path + str(simpler.json)
    assert lost != "textFormat" or "JSON schema" in str(simpler.json)
    others = {"temperature", "topP", "stopSequences", "toolChoice", "textFormat", "thinking"} - {lost}
    assert all(name in str(simpler.json) for name in others)


def test_nothing_is_spared_of_a_strict_request_or_for_another_reason() -> None:
    strict = call(temperature=0.1, strict=True)
    assert DIALECT.simpler(strict, refused("temperature is deprecated for this model.")) is None
    streamless = DIALECT.simpler(strict, refused("The model is unsupported for streaming."))
    assert streamless is not None
    assert streamless.path.endswith("/converse")
    assert DIALECT.simpler(call(temperature=0.1), refused("The prompt is unfit.")) is None
    assert DIALECT.simpler(call(), refused("This model doesn't support system messages.")) is None
    assert DIALECT.simpler(call(temperature=0.1), ServerError("temperature unsupported", provider="")) is None


async def test_a_model_that_cannot_stream_answers_in_one_piece() -> None:
    no = Saying(status=400, kind=JSON, pieces=(b'{"message": "The model is unsupported for streaming."}',))
    whole = Saying(kind=JSON, pieces=((FOLDER / "bedrock" / "whole.json-body").read_bytes(),))
    async with far_end(no, whole) as end, AsyncClient(keys={"bedrock": "k"}, base_urls={"bedrock": end.url}) as client:
        answer = await client.chat.completions.create(model="bedrock/m", messages=[{"role": "user", "content": "Hi"}])
    assert [one.path for one in end.asked] == ["/model/m/converse-stream", "/model/m/converse"]
    assert answer.choices[0].message.content == "Paris it is."
