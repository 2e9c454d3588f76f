"""What every provider owes us."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat import errors
from omnichat.capabilities import Capability
from omnichat.deltas import Delta
from omnichat.errors import ConnectionFailedError, ProviderError, UnknownProviderError, UnsupportedError
from omnichat.framing import framer_for
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, TextPart
from omnichat.provider import Provider
from omnichat.refusals import refusal
from omnichat.registry import every_provider, split
from tests.omnichat.recorded import KINDS, Recorded, listing, refusals, streams
from tests.omnichat.telling import added_up, one_by_one, read_body

EVERY = [pytest.param(provider, id=name) for name, provider in every_provider().items()]
STREAMS = [pytest.param(recorded, id=recorded.name) for recorded in streams()]
WHOLE = [pytest.param(recorded, id=recorded.name) for recorded in streams() if not recorded.raises]
REFUSALS = [
    pytest.param(provider, refused, id=f"{provider.name}-{refused['status']}-{refused['raises']}")
    for provider, refused in refusals()
]
HELLO = ChatRequest(model="m", messages=(Message.of("system", "Be brief."), Message.of("user", "Hello")))
PNG = "data:image/png;base64,iVBORw0KGgo="
PDF = "data:application/pdf;base64,JVBERi0="
WAV = "data:audio/wav;base64,UklGRg=="
PARTS: dict[ImagePart | FilePart | AudioPart, Capability] = {
    ImagePart(PNG): Capability.VISION,
    FilePart(PDF, "a.pdf"): Capability.FILES,
    AudioPart(WAV): Capability.AUDIO,
}


def body_of(provider: Provider, request: ChatRequest) -> Any:
    body = provider.dialect.chat(request).json
    assert body is not None
    return json.loads(json.dumps(body))


@pytest.mark.parametrize("provider", EVERY)
def test_a_provider_is_told_apart_by_its_file_name(provider: Provider) -> None:
    assert every_provider()[provider.name] is provider
    assert provider.name.isidentifier()
    assert provider.title
    assert urlsplit(provider.docs_url).scheme == "https"
    assert not provider.base_url.endswith("/")


@pytest.mark.parametrize("provider", EVERY)
def test_a_key_belongs_in_the_headers_and_nowhere_else(provider: Provider) -> None:
    call = provider.dialect.chat(HELLO)
    assert "sk-secret" in str(provider.dialect.headers("sk-secret"))
    assert "sk-" not in str(provider.dialect.headers(None))
    assert call.path.startswith("/")
    assert call.method == "POST"


@pytest.mark.parametrize("provider", EVERY)
def test_a_request_asks_for_a_stream_and_holds_the_words(provider: Provider) -> None:
    body, path = body_of(provider, HELLO), provider.dialect.chat(HELLO).path
    assert body.get("stream") is True or "stream" in path
    assert body.get("model") == "m" or "/m" in path
    assert "Hello" in str(body)
    assert "Be brief." in str(body)


@pytest.mark.parametrize("provider", EVERY)
def test_what_only_one_provider_knows_goes_into_the_body(provider: Provider) -> None:
    request = ChatRequest(model="m", messages=HELLO.messages, extra={"top_k": 7})
    assert "'top_k': 7" in str(body_of(provider, request))


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize("part", PARTS, ids=["image", "file", "audio"])
def test_a_part_is_sent_or_named_as_unsupported(provider: Provider, part: ImagePart | FilePart | AudioPart) -> None:
    request = ChatRequest(model="m", messages=(Message(role="user", parts=(TextPart("See"), part)),))
    refused: Capability | None = None
    body = ""
    try:
        body = str(body_of(provider, request))
    except UnsupportedError as error:
        refused = error.missing
    assert refused == PARTS[part] or part.url.partition(",")[2] in body


@pytest.mark.parametrize("recorded", STREAMS)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
async def test_a_recorded_stream_is_read_whole_wherever_it_is_cut(recorded: Recorded, size: int) -> None:
    deltas: list[Delta] = []
    read = read_body(recorded.provider.dialect, recorded.body, recorded.kind, deltas, size)
    if recorded.raises:
        with pytest.raises(getattr(errors, recorded.raises)):
            await read
    else:
        await read
    assert added_up(deltas) == recorded.told


@pytest.mark.parametrize("recorded", WHOLE)
async def test_an_answer_cut_anywhere_is_never_taken_for_a_whole_one(recorded: Recorded) -> None:
    for cut in range(len(recorded.body)):
        deltas: list[Delta] = []
        try:
            await read_body(recorded.provider.dialect, recorded.body[:cut], recorded.kind, deltas)
        except ProviderError:
            continue
        told = added_up(deltas)
        assert (told.get("text"), told.get("finish")) == (recorded.told.get("text"), recorded.told["finish"])


@pytest.mark.parametrize(("provider", "refused"), REFUSALS)
def test_a_recorded_refusal_becomes_the_right_error(provider: Provider, refused: dict[str, Any]) -> None:
    body = refused["body"] if isinstance(refused["body"], str) else json.dumps(refused["body"])
    error = refusal(body, refused["status"], refused.get("headers"))
    assert type(error).__name__ == refused["raises"]
    assert error.provider_status == refused["status"]
    assert error.retry_after == refused.get("retry_after")
    assert error.request_id == refused.get("request_id")
    assert error.code == refused.get("code", error.code)
    assert error.message == refused.get("message", error.message)
    assert error.message


@pytest.mark.parametrize("provider", EVERY)
def test_a_recorded_list_names_the_models(provider: Provider) -> None:
    recorded = listing(provider)
    found = provider.dialect.read_models(recorded["answer"])
    told = [{"id": model.id, "title": model.title, "context": model.context} for model in found]
    assert told == [{name: row[name] for name in ("id", "title", "context")} for row in recorded["models"]]
    for model, row in zip(found, recorded["models"], strict=True):
        assert model.can.names == row.get("can", [])


NAMES = (
    "choices delta content tool_calls index id function arguments name usage error message type done finish_reason "
    "content_block reasoning thinking citations citation url_citation annotations search_results url title start_index "
    "end_index logprobs top_logprobs token logprob reasoning_details summary signature partial_json input tool_use_id "
    "data models capabilities architecture output_modalities candidates parts text "
    "functionCall finishReason groundingMetadata groundingChunks groundingSupports segment usageMetadata endIndex "
    "logprobsResult chosenCandidates citations sources tool_plan finish_reason tokens logprobs details violations "
    "event_type generations generation outputText results outputs completions completion response stop_reason"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES.split()),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("provider", EVERY)
@settings(deadline=None)
@given(values=st.lists(JSON, max_size=4))
async def test_any_json_is_read_or_refused_by_an_error_of_ours(provider: Provider, values: list[Any]) -> None:
    await _survive(provider, "".join(f"data: {json.dumps(value)}\n\n" for value in values).encode(), KINDS[".sse"])
    for value in values:
        assert isinstance(provider.dialect.read_models(value), list)
        assert isinstance(refusal(json.dumps(value), 400), ProviderError)


@pytest.mark.parametrize("provider", EVERY)
@settings(deadline=None)
@given(body=st.binary(max_size=200), kind=st.sampled_from(sorted(KINDS.values())))
async def test_any_bytes_are_read_or_refused_by_an_error_of_ours(provider: Provider, body: bytes, kind: str) -> None:
    await _survive(provider, body, kind)
    await _survive(provider, b"data: " + body + b"\n\n", kind)


async def _survive(provider: Provider, body: bytes, kind: str) -> None:
    framer = framer_for(kind)
    events = [*framer.feed(body), *framer.end()]
    with suppress(ProviderError):
        async for _ in provider.dialect.read(one_by_one(events)):
            pass


@pytest.mark.parametrize("name", ["", "nobody", "nobody/model", "groq", "groq/"])
def test_a_name_without_a_known_provider_is_refused(name: str) -> None:
    with pytest.raises(UnknownProviderError):
        split(name)


def test_a_name_is_split_at_its_first_slash() -> None:
    provider, model = split("openrouter/z-ai/glm-5")
    assert (provider.name, model) == ("openrouter", "z-ai/glm-5")


async def test_an_empty_answer_is_a_failed_connection() -> None:
    for provider in every_provider().values():
        with pytest.raises(ConnectionFailedError):
            await read_body(provider.dialect, b"", "text/event-stream", [])
