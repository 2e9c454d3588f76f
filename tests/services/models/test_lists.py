"""Lists as the library's client gets them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from omnichat.client import AsyncClient
from omnichat.errors import AuthenticationError
from services.models.lists import Lists
from tests.omnichat.far_end import JSON, Saying, far_end
from tests.services.shop import a_source

LISTED = Saying(kind=JSON, pieces=(b'{"data": [{"id": "a"}]}',), headers={"ETag": '"v1"'})
REFUSED = Saying(status=401, kind=JSON, pieces=(b'{"error": {"message": "no"}}',))


async def test_a_source_is_asked_at_its_address_with_its_key_and_headers() -> None:
    async with far_end(LISTED) as end, AsyncClient() as client:
        source = replace(a_source("office", key="k"), base_url=end.url, headers={"X-Team": "a"}, trusted=True)
        found = await Lists(client).listing(source, '"v0"')
    assert found
    assert ([model.id for model in found.models], found.validator) == (["a"], '"v1"')
    (asked,) = end.asked
    assert (asked.headers["authorization"], asked.headers["x-team"]) == ("Bearer k", "a")
    assert asked.headers["if-none-match"] == '"v0"'


async def test_a_refusal_bears_the_name_of_the_source() -> None:
    async with far_end(REFUSED) as end, AsyncClient() as client:
        source = replace(a_source("office", key="k"), base_url=end.url, trusted=True)
        with pytest.raises(AuthenticationError, match=r"^office: no"):
            await Lists(client).listing(source, "")


async def test_models_typed_by_hand_are_the_list() -> None:
    async with AsyncClient() as client:
        found = await Lists(client).listing(replace(a_source("office"), models=("a", "b/c")), "")
    assert found
    assert [model.id for model in found.models] == ["a", "b/c"]
