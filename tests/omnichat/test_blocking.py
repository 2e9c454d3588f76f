"""The client for programs without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from omnichat import (
    AddressError,
    AuthenticationError,
    ChatRequest,
    Client,
    ConnectionFailedError,
    Message,
    OpenNetworks,
    TextDelta,
)
from tests.omnichat.far_end import DONE, END, JSON, FarEnd, Saying, far_end, word

WORDS = [{"role": "user", "content": "Hello"}]
HELLO = Saying(pieces=(word("Hel"), word("lo"), END, DONE))
MODELS = Saying(kind=JSON, pieces=(b'{"data": [{"id": "m"}]}',))


@contextmanager
def speaking(*says: Saying) -> Iterator[tuple[FarEnd, asyncio.AbstractEventLoop]]:
    """Run a far end in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened = far_end(*says)
    try:
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(), loop
    finally:
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_an_answer_comes_whole_and_in_chunks() -> None:
    with speaking(HELLO) as (end, _), Client(base_urls={"custom": end.url}) as client:
        answer = client.chat.completions.create(model="custom/m", messages=WORDS)
        stream = client.chat.completions.create(model="custom/m", messages=WORDS, stream=True)
        said = [chunk.choices[0].delta.content for chunk in stream if chunk.choices]
        deltas = list(client.stream(ChatRequest(model="custom/m", messages=(Message.of("user", "Hello"),))))
    assert answer.choices[0].message.content == "Hello"
    assert said == ["Hel", "lo", None]
    assert deltas[:2] == [TextDelta("Hel"), TextDelta("lo")]


def test_models_are_listed() -> None:
    with speaking(MODELS) as (end, _), Client(base_urls={"custom": end.url}) as client:
        assert [provider.name for provider in client.reachable() if provider.name == "custom"] == ["custom"]
        assert [model.id for model in client.list_models("custom")] == ["custom/m"]
        assert "custom/m" in [model.id for model in client.models.list()]


def test_a_call_brings_its_own_address_and_headers_and_only_opened_networks_are_called() -> None:
    request = ChatRequest(model="custom/m", messages=(Message.of("user", "Hello"),))
    own = {"X-Team": "red"}
    with speaking(HELLO, MODELS) as (end, _):
        with Client(retries=0) as client:
            assert TextDelta("Hel") in list(client.stream(request, base_url=end.url, headers=own, trusted=True))
            assert client.list_models("custom", base_url=end.url, headers=own, trusted=True)
            with pytest.raises(AddressError):
                client.list_models("custom", base_url=end.url)
        with Client(open_networks=OpenNetworks.read("127.0.0.0/8")) as client:
            assert client.list_models("custom", base_url=end.url)
        assert [asked.headers.get("x-team") for asked in end.asked] == ["red", "red", None]


def test_errors_reach_the_caller() -> None:
    broken = Saying(pieces=(word("Hel"),), then="break off")
    with speaking(Saying(status=401, kind=JSON), broken) as (end, _), Client(base_urls={"custom": end.url}) as client:
        with pytest.raises(AuthenticationError):
            client.chat.completions.create(model="custom/m", messages=WORDS, stream=True)
        stream = client.chat.completions.create(model="custom/m", messages=WORDS, stream=True)
        assert next(stream).choices[0].delta.content == "Hel"
        with pytest.raises(ConnectionFailedError):
            next(stream)
        assert list(stream) == []


def test_closing_the_iterator_early_hangs_up() -> None:
    silent = Saying(pieces=(word("Hel"),), then="fall silent")
    with speaking(silent) as (end, loop), Client(base_urls={"custom": end.url}) as client:
        with client.chat.completions.create(model="custom/m", messages=WORDS, stream=True) as stream:
            assert next(stream).choices[0].delta.content == "Hel"
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(end.hung_up.wait(), 5), loop).result()
        assert list(stream) == []


def test_forgetting_the_iterator_hangs_up() -> None:
    silent = Saying(pieces=(word("Hel"),), then="fall silent")
    with speaking(silent) as (end, loop), Client(base_urls={"custom": end.url}) as client:
        for _ in client.chat.completions.create(model="custom/m", messages=WORDS, stream=True):
            break
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(end.hung_up.wait(), 5), loop).result()


def test_closing_the_client_ends_its_thread_and_never_passes_half_an_answer_for_a_whole() -> None:
    silent = Saying(pieces=(word("Hel"),), then="fall silent")
    with speaking(silent) as (end, _):
        before = threading.active_count()
        client = Client(base_urls={"custom": end.url})
        stream = client.chat.completions.create(model="custom/m", messages=WORDS, stream=True)
        next(stream)
        client.close()
        client.close()
        assert threading.active_count() == before
        with pytest.raises(RuntimeError, match="closed"):
            next(stream)
        with pytest.raises(RuntimeError, match="closed"):
            client.list_models("custom")
