"""Talking to a model over a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat import AsyncClient, Client
from omnichat.capabilities import Capability
from omnichat.errors import (
    AddressError,
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    RateLimitError,
    ServerError,
    UnsupportedError,
)
from omnichat.gemini_live import GeminiWire, VertexWire
from omnichat.realtime import AsyncRealtimeConnection
from omnichat.registry import every_provider
from omnichat.target import Target
from omnichat.transport import Transport
from tests.omnichat.far_end import Saying, far_end
from tests.omnichat.far_socket import FarSocket, Step, conversation, far_socket

KEY = "sk-very-secret"
MODELS = {"openai": "openai/gpt-realtime", "google": "google/gemini-live"}
ASKED = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "When is high water?"}]}


@asynccontextmanager
async def connected(end: FarSocket, provider: str) -> AsyncIterator[AsyncRealtimeConnection]:
    async with (
        AsyncClient(keys={provider: KEY}, base_urls={provider: end.url}) as client,
        client.realtime.connect(model=MODELS[provider]) as connection,
    ):
        yield connection


async def until(connection: AsyncRealtimeConnection, kind: str) -> list[Any]:
    events = [await connection.recv()]
    while events[-1].type != kind:
        events.append(await connection.recv())
    return events


async def test_a_conversation_with_openai_passes_as_it_is() -> None:
    async with far_socket(conversation("openai")) as end, connected(end, "openai") as connection:
        await connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        await connection.conversation.item.create(item=ASKED)
        await connection.response.create()
        events = [event async for event in connection]
    assert end.heard == end.awaited
    assert [event.model_dump() for event in events] == [step["server"] for step in end.steps if "server" in step]
    heard = [event.delta for event in events if event.type == "response.output_audio_transcript.delta"]
    assert "".join(heard) == "At four."
    assert events[-1].response.output[0].content[0].transcript == "At four."
    assert events[-1].response.usage.total_tokens == 30
    assert '"event_8"' in events[-1].model_dump_json()
    call = end.called[0]
    assert call.path_qs == "/realtime?model=gpt-realtime"
    assert call.headers["Authorization"] == f"Bearer {KEY}"
    with pytest.raises(AttributeError):
        _ = events[-1].no_such_field


async def test_a_conversation_with_gemini_has_the_same_shape() -> None:
    tool = {"type": "function", "name": "get_tide", "parameters": {"type": "object"}}
    sound = {"input": {"transcription": {"model": "x"}}, "output": {"voice": "Kore"}}
    session = {"type": "realtime", "instructions": "Be brief.", "tools": [tool], "audio": sound}
    async with far_socket(conversation("google")) as end, connected(end, "google") as connection:
        assert (await connection.recv()).type == "session.created"
        await connection.session.update(session=session)
        await connection.conversation.item.create(item=ASKED)
        await connection.response.create()
        asked = await until(connection, "response.done")
        item = {"type": "function_call_output", "call_id": "call_1", "output": "04:17"}
        await connection.conversation.item.create(item=item)
        await connection.response.create()
        told = await until(connection, "response.done")
        await connection.input_audio_buffer.append(audio="BBBB")
        await connection.input_audio_buffer.commit()
        rest = [event async for event in connection]
    assert end.heard == end.awaited
    assert [event.type for event in asked] == [
        "session.updated",
        "response.created",
        "response.function_call_arguments.done",
        "response.done",
    ]
    assert (asked[2].name, asked[2].call_id, asked[2].arguments) == ("get_tide", "call_1", '{"harbour": "Husum"}')
    assert asked[3].response.output[0].type == "function_call"
    assert [event.type for event in told] == [
        "response.created",
        "response.output_audio.delta",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.done",
    ]
    assert told[1].delta == "AAEC"
    assert told[1].response_id == told[-1].response.id == "resp_2"
    assert told[-1].response.output[0].content[0].transcript == "At four."
    usage = told[-1].response.usage
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (20, 10, 30)
    assert usage.output_token_details.audio_tokens == 10
    assert [event.type for event in rest] == [
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "response.created",
        "response.output_audio.delta",
        "input_audio_buffer.speech_started",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.done",
    ]
    assert rest[2].transcript == "And low water?"
    assert rest[-1].response.status == "cancelled"
    assert end.called[0].path.startswith("/ws/google.ai.generativelanguage.v1beta.")
    assert end.called[0].headers["x-goog-api-key"] == KEY


async def test_azure_talks_as_openai_does() -> None:
    async with (
        far_socket(conversation("openai")) as end,
        AsyncClient(keys={"azure": KEY}, base_urls={"azure": end.url}) as client,
        client.realtime.connect(model="azure/live") as connection,
    ):
        await connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        await until(connection, "session.updated")
    assert end.called[0].path_qs == "/openai/v1/realtime?model=live"
    assert end.called[0].headers["api-key"] == KEY


async def test_gemini_at_vertex_is_called_by_its_whole_place(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Saying(kind="application/json", pieces=(b'{"access_token": "ya29.machine", "expires_in": 3599}',))
    project = "projects/tides/locations/us-central1"
    steps: list[Step] = [{"client": None}, {"server": {"setupComplete": {}}}]
    async with far_end(given) as bank, far_socket(steps) as end:
        monkeypatch.setenv("GCE_METADATA_HOST", bank.url.removeprefix("http://"))
        monkeypatch.setenv("CLOUDSDK_CONFIG", "/nonexistent")
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
        monkeypatch.delenv("VERTEX_API_KEY", raising=False)
        async with (
            AsyncClient(base_urls={"vertex": f"{end.url}/v1beta1/{project}"}) as client,
            client.realtime.connect(model="vertex/gemini-live-2.5-flash") as connection,
        ):
            await connection.session.update(session={"type": "realtime"})
            await until(connection, "session.updated")
    assert end.called[0].path == "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
    assert end.called[0].headers["Authorization"] == "Bearer ya29.machine"
    assert end.heard[0]["setup"]["model"] == f"{project}/publishers/google/models/gemini-live-2.5-flash"


def test_a_whole_place_at_vertex_is_kept() -> None:
    wire = VertexWire("publishers/google/models/gemini-live")
    assert wire.path("https://aiplatform.googleapis.com/v1beta1").startswith("https://aiplatform.googleapis.com/ws/")
    assert wire.outgoing({"type": "session.update"})[0]["setup"]["model"] == "publishers/google/models/gemini-live"


async def test_the_client_without_a_loop_talks_too() -> None:
    async with far_socket(conversation("openai")) as end:
        kinds = await asyncio.to_thread(_talk, end.url)
    assert kinds[0] == "session.created"
    assert kinds[-1] == "response.done"
    assert end.heard == end.awaited


def _talk(url: str) -> list[str]:
    with (
        Client(keys={"openai": KEY}, base_urls={"openai": url}) as client,
        client.realtime.connect(model="openai/gpt-realtime") as connection,
    ):
        first = connection.recv()
        connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        connection.conversation.item.create(item=ASKED)
        connection.response.create()
        return [first.type, *(event.type for event in connection)]


@pytest.mark.parametrize("name", ["groq", "anthropic", "ollama"])
async def test_a_provider_that_does_not_talk_says_so(name: str) -> None:
    async with AsyncClient(keys={name: KEY}) as client:
        with pytest.raises(UnsupportedError, match="realtime") as caught:
            async with client.realtime.connect(model=f"{name}/m"):
                pass
    assert caught.value.missing == Capability.REALTIME
    assert not every_provider()[name].realtime_support
    assert every_provider()["openai"].realtime_support


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthenticationError), (429, RateLimitError), (503, OverloadedError), (200, ServerError)]
)
async def test_a_refused_call_is_named(status: int, kind: type[ProviderError]) -> None:
    async with far_socket(status=status) as end:
        with pytest.raises(kind) as caught:
            async with connected(end, "openai"):
                pass
    assert caught.value.provider == "openai"
    assert caught.value.provider_status == status


async def test_nobody_there_is_a_failed_connection() -> None:
    async with far_socket() as end:
        pass
    with pytest.raises(ConnectionFailedError):
        async with connected(end, "openai"):
            pass


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ({"bye": [1007, f"API key not valid: {KEY}"]}, AuthenticationError),
        ({"bye": [1007, "Invalid frame"]}, BadRequestError),
        ({"bye": [1008, "Not for you"]}, PermissionDeniedError),
        ({"bye": [1011, "Internal error"]}, ServerError),
        ({"bye": [1013, "Later"]}, OverloadedError),
        ({"break": True}, ConnectionFailedError),
        ({"text": "no JSON"}, ServerError),
        ({"text": "[]"}, ServerError),
    ],
)
async def test_an_unhappy_end_is_named(step: Step, kind: type[ProviderError]) -> None:
    async with far_socket([step]) as end, connected(end, "openai") as connection:
        with pytest.raises(kind) as caught:
            await connection.recv()
    assert caught.value.provider == "openai"
    assert KEY not in str(caught.value)


async def test_a_happy_end_is_an_end() -> None:
    async with far_socket([{"bye": [1000, "Goodbye"]}]) as end, connected(end, "openai") as connection:
        assert [event async for event in connection] == []
        with pytest.raises(ConnectionFailedError, match="over"):
            await connection.recv()
        with pytest.raises(ConnectionFailedError):
            await connection.response.create()


async def test_frames_of_bytes_are_read_too() -> None:
    async with far_socket([{"bytes": '{"type": "error"}'}]) as end, connected(end, "openai") as connection:
        assert (await connection.recv()).type == "error"


async def test_closing_hangs_up_while_the_other_side_listens() -> None:
    async with far_socket([{"client": {}}]) as end, connected(end, "openai") as connection:
        await connection.close()
    assert end.heard == []


async def test_an_address_inside_is_not_called_for_a_stranger() -> None:
    transport = Transport()
    target = Target(provider=every_provider()["openai"], base_url="http://127.0.0.1:1", key=KEY, guarded=True)
    with pytest.raises(AddressError):
        async with transport.websocket(target, "/realtime", {}):
            pass
    await transport.close()


def test_gemini_without_settings_begins_with_the_usual_ones() -> None:
    wire = GeminiWire("gemini-live")
    frames = wire.outgoing({"type": "input_audio_buffer.append", "audio": "AAAA"})
    assert list(frames[0]["setup"]["generationConfig"]["responseModalities"]) == ["AUDIO"]
    events, due = wire.incoming({"setupComplete": {}})
    assert [event["type"] for event in events] == ["session.updated"]
    assert due == [{"realtimeInput": {"audio": {"data": "AAAA", "mimeType": "audio/pcm;rate=24000"}}}]


def test_gemini_can_write_and_be_told_when_somebody_speaks() -> None:
    wire = GeminiWire("gemini-live")
    session = {"output_modalities": ["text"], "audio": {"input": {"turn_detection": None}}, "max_output_tokens": 9}
    told = wire.outgoing({"type": "session.update", "session": session})[0]["setup"]
    assert told["generationConfig"] == {"responseModalities": ["TEXT"], "maxOutputTokens": 9}
    assert told["realtimeInputConfig"] == {"automaticActivityDetection": {"disabled": True}}
    assert "outputAudioTranscription" not in told
    wire.incoming({"setupComplete": {}})
    said = [
        frame["realtimeInput"]
        for event in ("append", "append", "commit")
        for frame in wire.outgoing({"type": f"input_audio_buffer.{event}", "audio": "AAAA"})
    ]
    assert [next(iter(frame)) for frame in said] == ["activityStart", "audio", "audio", "activityEnd"]
    turn: dict[str, Any] = {"modelTurn": {"parts": [{"text": "Four."}]}, "turnComplete": True}
    events, _ = wire.incoming({"serverContent": turn})
    assert [event["type"] for event in events][1:3] == ["response.output_text.delta", "response.output_text.done"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.cancel"},
        {"type": "response.create", "response": {"instructions": "x"}},
        {"type": "conversation.item.create", "item": {"type": "message", "role": "system", "content": []}},
        {"type": "conversation.item.create", "item": {**ASKED, "content": [{"type": "input_image", "image_url": "h"}]}},
        {"type": "session.update", "session": {}},
        {},
    ],
)
async def test_what_gemini_has_no_word_for_is_refused_before_it_is_sent(event: dict[str, Any]) -> None:
    async with far_socket([{"client": {}}]) as end, connected(end, "google") as connection:
        await connection.session.update(session={})
        with pytest.raises(BadRequestError) as caught:
            await connection.send(event)
    assert caught.value.provider == "google"
    assert len(end.heard) <= 1


NAMES = (
    "serverContent modelTurn parts text inlineData data toolCall functionCalls id name args usageMetadata "
    "promptTokenCount promptTokensDetails modality turnComplete interrupted outputTranscription setupComplete"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None)
@given(frames=st.lists(st.dictionaries(st.sampled_from(NAMES.split()), JSON, max_size=4), max_size=4))
def test_any_frame_is_read(frames: list[dict[str, Any]]) -> None:
    wire = GeminiWire("m")
    for frame in frames:
        for event in wire.incoming(frame)[0]:
            assert event["type"]
