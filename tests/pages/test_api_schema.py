"""Whatever programs send within and beside the description of the API, it answers as that says, and never breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, CheckFunction, Response
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from services.rates import Rates
from tests.pages.the_api import URL, House, a_house

EXAMPLES = 60
# A description cannot say which passwords are weak, or which invitations are over; and who may come in is tried where
# it is known who comes.
UNTOLD: list[CheckFunction] = [positive_data_acceptance, ignored_auth]


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_request_breaks_the_api(tmp_path: Path, mode: GenerationMode) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            house = runner.run(_opened(stack, tmp_path))
            shown = runner.run(_shown(house))
            schema = schemathesis.openapi.from_dict(runner.run(house.web.get("/api/openapi.json")).json())
            operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
            for operation in operations:
                _try(runner, house.web, operation.as_strategy(generation_mode=mode), shown)
            assert len(operations) == 6
        finally:
            runner.run(stack.aclose())


def _try(runner: asyncio.Runner, web: httpx.AsyncClient, cases: SearchStrategy[Any], shown: Mapping[str, str]) -> None:
    came = 0

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def each(case: Case[Any]) -> None:
        nonlocal came
        came += 1
        asked = case.as_transport_kwargs(base_url=f"{URL}/api")
        asked["headers"] = {**shown, "X-Forwarded-For": f"198.51.100.{came % 250}", **(asked.get("headers") or {})}
        asked.pop("cookies", None)
        if (data := asked.pop("data", None)) is not None:
            asked["content"] = data if isinstance(data, bytes) else str(data)
        response = runner.run(web.request(**asked))
        case.validate_response(Response.from_any(response), excluded_checks=UNTOLD)

    each()
    assert came


async def _opened(stack: AsyncExitStack, folder: Path) -> House:
    house = await stack.enter_async_context(a_house(folder, trusted_proxies="192.0.2.7"))
    house.services.rates = Rates({})
    return house


async def _shown(house: House) -> dict[str, str]:
    return await house.bearer(await house.person("uma"))
