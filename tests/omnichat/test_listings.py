"""Asking for the list of models, and asking again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omnichat.client import AsyncClient
from omnichat.errors import ServerError
from omnichat.registry import provider_named
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end

OPENAI, GOOGLE = provider_named("openai"), provider_named("google")


def listed(*names: str, **headers: str) -> Saying:
    body = json.dumps({"data": [{"id": name} for name in names]}).encode()
    return Saying(kind=JSON, pieces=(body,), headers=headers)


def client_of(end: FarEnd) -> AsyncClient:
    return AsyncClient(keys={"openai": "k", "google": "k"}, base_urls={"openai": end.url, "google": end.url}, retries=0)


async def test_a_list_that_did_not_change_is_not_sent_again() -> None:
    unchanged = Saying(status=304, kind=JSON, then="break off")  # such an answer has no body, not even an end
    async with far_end(listed("a", ETag='"v1"'), unchanged) as end, client_of(end) as client:
        first = await client.listing(OPENAI)
        assert first
        assert ([model.id for model in first.models], first.validator) == (["a"], '"v1"')
        assert await client.listing(OPENAI, validator=first.validator) is None
    assert [asked.headers.get("if-none-match") for asked in end.asked] == [None, '"v1"']


async def test_a_list_that_did_change_is_read() -> None:
    async with far_end(listed("a", "b")) as end, client_of(end) as client:
        again = await client.listing(OPENAI, validator='"v1"')
    assert again
    assert ([model.id for model in again.models], again.validator) == (["a", "b"], "")


async def test_a_list_of_many_pages_is_read_whole_and_has_no_validator() -> None:
    pages = [{"models": [{"name": "models/a"}], "nextPageToken": "t"}, {"models": [{"name": "models/b"}]}]
    sayings = [Saying(kind=JSON, pieces=(json.dumps(page).encode(),), headers={"ETag": '"page"'}) for page in pages]
    async with far_end(*sayings) as end, client_of(end) as client:
        found = await client.listing(GOOGLE, validator='"v1"')
    assert found
    assert ([model.id for model in found.models], found.validator) == (["a", "b"], "")
    assert [asked.headers.get("if-none-match") for asked in end.asked] == ['"v1"', None]


async def test_a_page_of_html_is_named_after_the_provider() -> None:
    html = Saying(kind="text/html", pieces=(b"<html><body>Log in</body></html>",))
    async with far_end(html) as end, client_of(end) as client:
        with pytest.raises(ServerError, match="openai: sent something that is no JSON"):
            await client.listing(OPENAI)


async def test_a_long_list_is_read_whole() -> None:
    names = [f"model-{number}" for number in range(10_000)]
    async with far_end(listed(*names)) as end, client_of(end) as client:
        assert [model.id for model in await client.list_models("openai")] == [f"openai/{name}" for name in names]


async def test_a_validator_that_cannot_be_sent_back_is_left_alone() -> None:
    async with far_end(listed("a", ETag='"' + "x" * 600 + '"')) as end, client_of(end) as client:
        found = await client.listing(OPENAI)
    assert found
    assert found.validator == ""


async def test_files_on_this_computer_are_a_list_too(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    async with AsyncClient(local_models=tmp_path) as client:
        found = await client.listing(provider_named("local"))
    assert found
    assert [model.id for model in found.models] == ["tiny"]
