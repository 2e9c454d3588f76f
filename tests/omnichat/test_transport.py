"""What happens on the wire, against a real server."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from time import monotonic
from urllib.parse import urlsplit

import pytest

from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta, UsageDelta
from omnichat.errors import (
    AuthenticationError,
    ConnectionFailedError,
    NotFoundError,
    OverloadedError,
    ProviderError,
    ServerError,
    TimedOutError,
)
from omnichat.provider import Call
from omnichat.refusals import refusal
from omnichat.transport import Transport
from tests.omnichat.calling import CALL, HELLO, heard, open_transport, target
from tests.omnichat.far_end import DONE, END, JSON, Saying, event, far_end, word


async def test_an_answer_comes_piece_by_piece() -> None:
    async with far_end(HELLO) as end, open_transport() as transport:
        assert await heard(transport, end) == [TextDelta("Hel"), TextDelta("lo"), FinishDelta(FinishReason.STOP)]
    asked = end.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/chat/completions", CALL.json)
    assert asked.headers["authorization"] == "Bearer sk-secret"
    assert asked.headers["content-type"] == "application/json"


async def test_a_connection_is_used_again() -> None:
    async with far_end(HELLO) as end, open_transport() as transport:
        await heard(transport, end)
        await heard(transport, end)
    assert end.connections == 1


async def test_an_end_without_a_reason_is_no_answer() -> None:
    async with far_end(Saying(pieces=(word("Hel"),))) as end, open_transport() as transport:
        with pytest.raises(ConnectionFailedError, match="broke off"):
            await heard(transport, end)


async def test_what_came_before_a_cut_is_told_however_late_it_is_read() -> None:
    early, late = "e" * 15_000, "l" * 15_000
    broken = Saying(pieces=(word(early), word(late)), then="break off")
    async with far_end(broken) as end, open_transport() as transport:
        deltas = transport.stream(target(end), CALL)
        assert await anext(deltas) == TextDelta(early)
        await asyncio.wait_for(end.hung_up.wait(), 5)
        assert await anext(deltas) == TextDelta(late)
        with pytest.raises(ConnectionFailedError):
            await anext(deltas)


async def test_a_finished_answer_is_whole_however_the_connection_ends() -> None:
    broken = Saying(pieces=(word("Hello"), END), then="break off")
    silent = Saying(pieces=(word("Hello"), END), then="fall silent")
    async with far_end(broken, silent) as end, open_transport(epilogue=0.05) as transport:
        for _ in (broken, silent):
            assert await heard(transport, end) == [TextDelta("Hello"), FinishDelta(FinishReason.STOP)]


async def test_an_event_that_is_no_json_is_an_error_of_the_provider() -> None:
    async with far_end(Saying(pieces=(word("Hel"), event("{no json")))) as end, open_transport() as transport:
        with pytest.raises(ServerError, match="no JSON"):
            await heard(transport, end)


async def test_silence_before_the_first_byte_is_noticed() -> None:
    async with far_end(Saying(then="say nothing")) as end, open_transport(first_byte=0.05) as transport:
        transport.retries = 0
        with pytest.raises(TimedOutError):
            await heard(transport, end)
        await asyncio.wait_for(end.hung_up.wait(), 5)


async def test_silence_in_the_middle_is_noticed() -> None:
    async with (
        far_end(Saying(pieces=(word("Hel"),), then="fall silent")) as end,
        open_transport(stall=0.05) as transport,
    ):
        deltas: list[Delta] = []
        with pytest.raises(TimedOutError):
            await heard(transport, end, deltas)
        assert deltas == [TextDelta("Hel")]
        await asyncio.wait_for(end.hung_up.wait(), 5)


async def test_a_closed_port_is_a_failed_connection() -> None:
    async with far_end(HELLO) as end:
        pass
    async with open_transport() as transport:
        transport.retries = 0
        with pytest.raises(ConnectionFailedError, match=f"nothing answers at {urlsplit(end.url).netloc}$"):
            await heard(transport, end)


async def test_closing_the_answer_hangs_up_at_once() -> None:
    async with far_end(Saying(pieces=(word("Hel"),), then="fall silent")) as end, open_transport() as transport:
        async with aclosing(transport.stream(target(end), CALL)) as deltas:
            assert await anext(deltas) == TextDelta("Hel")
            assert not end.hung_up.is_set()
        await asyncio.wait_for(end.hung_up.wait(), 5)


@pytest.mark.parametrize("pieces", [(), (word("Hel"),)], ids=["before the first piece", "after it"])
async def test_cancelling_hangs_up_at_once(pieces: tuple[bytes, ...]) -> None:
    async with far_end(Saying(pieces=pieces, then="fall silent")) as end, open_transport() as transport:
        task = asyncio.create_task(heard(transport, end))
        await end.speaking.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(end.hung_up.wait(), 5)


async def test_a_running_answer_is_read_at_a_measured_pace_and_nothing_is_lost() -> None:
    words = tuple(word(f"{number} ") for number in range(30))
    usage = event({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 30}})
    async with far_end(Saying(pieces=(*words, END, usage, DONE), gap=0.01)) as end:
        transport = Transport(pace=0.1)
        arrivals, deltas = set[float](), list[Delta]()
        async for delta in transport.stream(target(end), CALL):
            arrivals.add(round(monotonic(), 2))
            deltas.append(delta)
        await transport.close()
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) == "".join(
        f"{n} " for n in range(30)
    )
    assert UsageDelta(1, 30) in deltas
    assert len(arrivals) < 15


async def test_a_key_never_appears_in_an_error() -> None:
    told = b'{"error": {"message": "Incorrect API key provided: sk-secret."}}'
    async with far_end(Saying(status=401, kind=JSON, pieces=(told,))) as end, open_transport() as transport:
        with pytest.raises(AuthenticationError) as raised:
            await heard(transport, end)
    assert "sk-secret" not in str(raised.value)
    assert "sk-secret" not in repr(raised.value.__cause__)


@pytest.mark.parametrize("key", ["schlüssel", "a\r\nb", "a\tb"])
async def test_a_key_with_strange_characters_never_leaves(key: str) -> None:
    async with far_end(HELLO) as end, open_transport() as transport:
        with pytest.raises(AuthenticationError):
            await anext(transport.stream(target(end, key), CALL))
    assert end.asked == []


async def test_text_that_is_no_unicode_can_be_sent() -> None:
    async with far_end(HELLO) as end, open_transport() as transport:
        async for _ in transport.stream(target(end), Call("/", {"text": "\ud800 日本"})):
            pass
    assert end.asked[0].body == {"text": "? 日本"}


async def test_an_address_is_sent_as_it_is_written() -> None:
    path = "/model/a%3A0/converse?q=x%2F1&r=%2B"
    async with far_end(Saying(kind=JSON, pieces=(b"{}",))) as end, open_transport() as transport:
        await transport.fetch(target(end), Call(path, method="GET"))
    assert end.asked[0].path == path


async def test_a_list_that_is_no_json_is_an_error_of_the_provider() -> None:
    async with far_end(Saying(kind=JSON, pieces=(b"<html>",))) as end, open_transport() as transport:
        transport.retries = 0
        with pytest.raises(ServerError, match="no JSON"):
            await transport.fetch(target(end), Call("/models", method="GET"))


async def test_a_file_is_fetched_in_pieces_through_redirects() -> None:
    there = Saying(status=302, headers={"Location": "/there"})
    file = Saying(kind="application/octet-stream", pieces=(b"GGUF", b"model"), gap=0.01)
    async with far_end(there, file) as end, open_transport() as transport:
        pieces = [piece async for piece, _ in transport.download(f"{end.url}/here")]
    assert b"".join(pieces) == b"GGUFmodel"
    assert [asked.path for asked in end.asked] == ["/here", "/there"]


async def test_a_file_that_is_not_there_is_an_error() -> None:
    async with far_end(Saying(status=404)) as end, open_transport() as transport:
        with pytest.raises(NotFoundError):
            await anext(transport.download(end.url))


async def test_redirects_without_end_are_an_error() -> None:
    async with far_end(Saying(status=302, headers={"Location": "/"})) as end, open_transport() as transport:
        with pytest.raises(ProviderError):
            await anext(transport.download(end.url))
    assert len(end.asked) == 6


def test_a_page_of_html_becomes_a_line_of_text() -> None:
    error = refusal("<html><script>x</script><h1>Bad\n gateway</h1>" + "x" * 9000, 503)
    assert isinstance(error, OverloadedError)
    assert error.message.startswith("Bad gateway")
    assert len(error.message) <= 300


@pytest.mark.parametrize("code", ["server_error", "api_error"])
@pytest.mark.parametrize(("status", "kind"), [(503, OverloadedError), (504, TimedOutError), (500, ServerError)])
def test_a_status_says_more_than_a_word_for_any_failure(code: str, status: int, kind: type[ProviderError]) -> None:
    body = json.dumps({"error": {"message": "No.", "type": code}})
    assert type(refusal(body, status)) is kind
    assert type(refusal(body)) is ServerError
