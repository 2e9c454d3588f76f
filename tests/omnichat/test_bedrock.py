"""Amazon Bedrock: what it is asked, what it tells, and how it knows who asks."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from omnichat import AsyncClient
from omnichat.deltas import CitationDelta, Delta, FinishDelta, FinishReason, ProviderDataDelta, TextDelta
from omnichat.errors import MissingKeyError, OmniChatError
from omnichat.messages import (
    ChatRequest,
    Message,
)
from omnichat.registry import every_provider
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end
from tests.omnichat.frames import frame, read_frames
from tests.omnichat.recorded import FOLDER, KINDS
from tests.omnichat.telling import read_body

FRAMES = KINDS[".frames"]
DIALECT = every_provider()["bedrock"].dialect
CLAUDE = "us.anthropic.claude-sonnet-5-v1:0"
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
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


async def told(*rows: tuple[str, Any]) -> list[Delta]:
    deltas: list[Delta] = []
    body = b"".join(frame("event", name, payload) for name, payload in rows)
    await read_body(DIALECT, body, FRAMES, deltas)
    return deltas


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


async def test_a_model_that_cannot_stream_answers_in_one_piece() -> None:
    no = Saying(status=400, kind=JSON, pieces=(b'{"message": "The model is unsupported for streaming."}',))
    whole = Saying(kind=JSON, pieces=((FOLDER / "bedrock" / "whole.json-body").read_bytes(),))
    async with far_end(no, whole) as end, AsyncClient(keys={"bedrock": "k"}, base_urls={"bedrock": end.url}) as client:
        answer = await client.chat.completions.create(model="bedrock/m", messages=[{"role": "user", "content": "Hi"}])
    assert [one.path for one in end.asked] == ["/model/m/converse-stream", "/model/m/converse"]
    assert answer.choices[0].message.content == "Paris it is."
