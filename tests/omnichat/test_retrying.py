"""When we ask again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic

import pytest

from omnichat import AsyncClient
from omnichat.deltas import Delta, TextDelta
from omnichat.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    NotFoundError,
    ProviderError,
    RateLimitError,
    ServerError,
)
from omnichat.messages import ChatRequest, Message
from omnichat.provider import Call
from tests.omnichat.calling import HELLO, heard, open_transport, target
from tests.omnichat.far_end import JSON, Saying, far_end, word

BUSY = Saying(status=429, kind=JSON, headers={"Retry-After": "0"}, pieces=(b'{"error": {"message": "busy"}}',))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
async def test_a_passing_trouble_is_tried_again(status: int) -> None:
    busy = Saying(status=status, kind=JSON, headers={"Retry-After-Ms": "1"})
    async with far_end(busy, busy, HELLO) as end, open_transport() as transport:
        assert TextDelta("Hel") in await heard(transport, end)
    assert len(end.asked) == 3


async def test_a_lasting_trouble_is_told_after_two_more_attempts() -> None:
    async with far_end(BUSY) as end, open_transport() as transport:
        with pytest.raises(RateLimitError, match=r"^openai: busy$"):
            await heard(transport, end)
    assert len(end.asked) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(400, BadRequestError), (401, AuthenticationError), (404, NotFoundError), (307, ServerError)]
)
async def test_what_will_not_pass_is_not_tried_again(status: int, kind: type[ProviderError]) -> None:
    headers = {"x-should-retry": "false", "Location": "/elsewhere"} if status == 307 else {}
    async with far_end(Saying(status=status, kind=JSON, headers=headers)) as end, open_transport() as transport:
        with pytest.raises(kind):
            await heard(transport, end)
    assert len(end.asked) == 1


async def test_the_provider_has_the_last_word_on_trying_again() -> None:
    no = Saying(status=500, headers={"x-should-retry": "false"})
    yes = Saying(status=400, headers={"x-should-retry": "true", "retry-after-ms": "1"})
    async with far_end(no) as end, open_transport() as transport:
        with pytest.raises(ServerError):
            await heard(transport, end)
        assert len(end.asked) == 1
    async with far_end(yes, HELLO) as end, open_transport() as transport:
        assert await heard(transport, end)
        assert len(end.asked) == 2


async def test_nobody_waits_longer_than_a_minute() -> None:
    later = Saying(status=429, headers={"Retry-After": "61"})
    async with far_end(later) as end, open_transport() as transport:
        with pytest.raises(RateLimitError) as raised:
            await heard(transport, end)
    assert raised.value.retry_after == 61
    assert len(end.asked) == 1


@pytest.mark.parametrize("unit", ["milliseconds", "seconds", "date"])
async def test_we_wait_as_long_as_the_provider_asks(unit: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    headers = {
        "milliseconds": {"Retry-After-Ms": "300", "Retry-After": "9"},
        "seconds": {"Retry-After": "0.3"},
        "date": {"Retry-After": date},
    }[unit]
    async with far_end(Saying(status=429, headers=headers), HELLO) as end, open_transport() as transport:
        begun = monotonic()
        await heard(transport, end)
        assert 0.29 < monotonic() - begun < 4


async def test_after_the_first_piece_nothing_is_tried_again() -> None:
    broken = Saying(pieces=(word("Hel"),), then="break off")
    async with far_end(broken, HELLO) as end, open_transport() as transport:
        deltas: list[Delta] = []
        with pytest.raises(ConnectionFailedError, match="broke off"):
            await heard(transport, end, deltas)
    assert deltas == [TextDelta("Hel")]
    assert len(end.asked) == 1


async def test_an_answer_that_breaks_off_before_its_first_piece_is_tried_again() -> None:
    async with far_end(Saying(pieces=(b": ping\n\n",), then="break off"), HELLO) as end, open_transport() as transport:
        assert TextDelta("lo") in await heard(transport, end)


async def test_a_list_is_asked_for_again_too() -> None:
    good = Saying(kind=JSON, pieces=(b'{"data": []}',))
    async with far_end(BUSY, good) as end, open_transport() as transport:
        assert await transport.fetch(target(end), Call("/models", method="GET")) == {"data": []}


async def test_whoever_waits_is_told_how_long_before_each_attempt() -> None:
    refused = Saying(status=429, kind=JSON, headers={"Retry-After-Ms": "10"})
    told: list[tuple[str, float]] = []
    async with far_end(refused, HELLO) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        request = ChatRequest(model="custom/m", messages=(Message.of("user", "Hi"),))
        stream = client.stream(request, on_wait=lambda error, seconds: told.append((type(error).__name__, seconds)))
        assert [delta async for delta in stream]
    assert told == [("RateLimitError", 0.01)]
