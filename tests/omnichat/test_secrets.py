"""Keys stay where they belong: in no message, no log, no picture of an object."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.errors import ProviderError
from omnichat.messages import ChatRequest, Message
from omnichat.provider import Call, Provider
from omnichat.registry import every_provider
from omnichat.signing import Outgoing
from omnichat.target import Target
from tests.omnichat.far_end import JSON, SSE, Saying, far_end

SECRET = "sk-very-5ecret-indeed"
KEYS = {"bedrock": f"AKIDEXAMPLE:{SECRET}:{SECRET}-token"}
NAMES = [name for name, provider in every_provider().items() if provider.key_env]


def links(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


SAYINGS = {
    "a refusal": Saying(
        status=401, kind=JSON, pieces=(f'{{"error": {{"message": "no {SECRET}", "code": "{SECRET}"}}}}'.encode(),)
    ),
    "a page": Saying(status=502, kind="text/html", pieces=(f"<p>{SECRET}</p>".encode(),)),
    "an error in the stream": Saying(
        kind=SSE, pieces=(f'event: error\ndata: {{"error": {{"message": "no {SECRET}"}}}}\n\n'.encode(),)
    ),
    "no JSON": Saying(kind=JSON, pieces=(f"{{{SECRET}".encode(),)),
    "a cut": Saying(kind=SSE, pieces=(b": hello\n\n",), then="break off"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("said", [pytest.param(said, id=told) for told, said in SAYINGS.items()])
async def test_no_key_in_any_error_or_log(name: str, said: Saying, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked = ChatRequest(model=f"{name}/m/n", messages=(Message.of("user", "Hello"),))
    keys = {name: KEYS.get(name, SECRET)}
    async with far_end(said) as end, AsyncClient(keys=keys, base_urls={name: end.url}, retries=0) as client:
        with pytest.raises(ProviderError) as raised:
            _ = [delta async for delta in client.stream(asked)]
        assert end.asked
        assert SECRET not in repr(client)
    for error in links(raised.value):
        shown = f"{error} {error!r} {error.args} {getattr(error, 'message', '')} {getattr(error, 'code', '')}"
        assert SECRET not in shown
    assert SECRET not in caplog.text
    assert SECRET not in str([vars(record) for record in caplog.records])


async def test_no_key_where_nobody_answers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    urls = {"anthropic": "http://127.0.0.1:9"}
    async with AsyncClient(keys={"anthropic": SECRET}, base_urls=urls, retries=0) as client:
        with pytest.raises(ProviderError) as raised:
            await client.list_models("anthropic")
    assert not any(SECRET in f"{error} {error!r} {error.args}" for error in links(raised.value))
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "shown",
    [
        Target(provider=every_provider()["openai"], base_url="https://a.example", key=SECRET),
        Call("/chat", headers={"Authorization": SECRET}),
        ChatRequest(model="m", messages=(), headers={"Authorization": SECRET}),
        Outgoing(method="GET", url="https://a.example", headers={"Authorization": SECRET}, body=b""),
    ],
)
def test_no_key_in_the_picture_of_an_object(shown: Any) -> None:
    assert SECRET not in repr(shown)


@pytest.mark.parametrize("provider", [pytest.param(one, id=name) for name, one in every_provider().items()])
def test_no_key_in_an_address(provider: Provider) -> None:
    call = provider.dialect.chat(ChatRequest(model="m/n", messages=(Message.of("user", "Hello"),)))
    assert SECRET not in provider.dialect.url(provider.base_url or "https://a.example", call)
    assert SECRET in str(provider.dialect.headers(SECRET))
