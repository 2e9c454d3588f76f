"""The only socket: send calls, retry, time out, name what went wrong; imported with the first client."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx

from omnichat.characters import Joiner
from omnichat.deltas import Delta, FinishDelta, TextDelta, ThinkingDelta
from omnichat.errors import (
    AddressError,
    AuthenticationError,
    ConnectionFailedError,
    OmniChatError,
    ProviderError,
    ServerError,
    TimedOutError,
)
from omnichat.guard import BlockedAddressError, check_url
from omnichat.provider import Call
from omnichat.reading import Reading
from omnichat.refusals import refusal
from omnichat.sockets import open_transport
from omnichat.target import Target
from omnichat.timeouts import PACE, RETRIES, Timeouts

PATIENCE = 60.0  # seconds; a provider that asks for more is not asked again
LONGEST_BACKOFF = 8.0
LARGEST_ANSWER = 32 * 1024 * 1024
LARGEST_REFUSAL = 64 * 1024
REDIRECTS = 5
FAULTS = (httpx.HTTPError, httpx.InvalidURL, OSError)
HEADERS = {"User-Agent": "omnichat"}


class Transport:
    """Send dialects' calls and read their answers; ``pace`` is the seconds between two readings of a running answer."""

    def __init__(self, *, timeouts: Timeouts | None = None, retries: int = RETRIES, pace: float = PACE) -> None:
        self.timeouts = timeouts or Timeouts()
        self.retries = retries
        self.pace = pace
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def stream(self, target: Target, call: Call) -> AsyncGenerator[Delta, None]:
        """Yield the answer as it comes, asking again only while nothing came; closing it hangs up at once."""
        attempt = 0
        while True:
            begun = False
            try:
                async with aclosing(self._deltas(target, call)) as deltas:
                    async for delta in deltas:
                        begun = True
                        yield delta
                return
            except ProviderError as error:
                simpler = target.provider.dialect.simpler(call, error)
                if begun or not (simpler or self._worth_it(error, attempt)):
                    raise
                wait = 0.0 if simpler else _wait(error, attempt)
            if simpler:
                call = simpler
            else:
                attempt += 1
            await asyncio.sleep(wait)

    async def fetch(self, target: Target, call: Call) -> Any:
        """Return the JSON of a whole answer."""
        for attempt in range(self.retries + 1):
            try:
                return await self._json(target, call)
            except ProviderError as error:
                if not self._worth_it(error, attempt):
                    raise
                wait = _wait(error, attempt)
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt answers or raises")

    async def download(self, url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        """Yield the pieces of the file at ``url``, each with the size of the whole in bytes if it is known."""
        request = self._request("GET", url, {"Accept-Encoding": "identity"})
        async with _named(request.url.host), self._opened(request, redirects=REDIRECTS) as body:
            size = body.headers.get("content-length", "")
            total = int(size) if size.isdecimal() else None
            reading = Reading(body.aiter_bytes(), patience=self.timeouts.stall)
            while piece := await reading.more():
                yield piece, total

    async def close(self) -> None:
        """Hang up."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    async def _deltas(self, target: Target, call: Call) -> AsyncGenerator[Delta, None]:
        finished, joiner = False, Joiner()
        try:
            async with _named(target.provider.name, target.key), self._sent(target, call) as response:
                reading = Reading(response.aiter_bytes(), patience=self._first_byte(target), pace=self.pace)
                events = reading.events(response.headers.get("content-type", ""))
                async with aclosing(events), aclosing(target.provider.dialect.read(events)) as deltas:
                    async for delta in deltas:
                        if isinstance(delta, TextDelta | ThinkingDelta):
                            reading.begun, reading.patience = True, self.timeouts.stall
                        elif isinstance(delta, FinishDelta):
                            finished = reading.finished = True
                            reading.patience = self.timeouts.epilogue
                        yield joiner.join(delta)
                await reading.drain()
        except (ConnectionFailedError, TimedOutError):
            if not finished:  # an answer that said it was over is whole, however the connection ends
                raise

    async def _json(self, target: Target, call: Call) -> Any:
        async with _named(target.provider.name, target.key), self._sent(target, call) as response:
            body = await Reading(response.aiter_bytes(), patience=self.timeouts.stall).whole(LARGEST_ANSWER)
            try:
                return json.loads(body)
            except (ValueError, RecursionError) as error:
                raise ServerError("sent something that is no JSON", provider="") from error

    @asynccontextmanager
    async def _sent(self, target: Target, call: Call) -> AsyncIterator[httpx.Response]:
        """Send ``call`` and give its response, if it is no refusal."""
        if target.guarded:
            check_url(target.base_url)
        if target.key and not (target.key.isascii() and target.key.isprintable()):
            raise AuthenticationError("the key holds characters that no key has", provider="")
        headers = {**target.provider.dialect.headers(target.key), **call.headers}
        request = self._request(call.method, target.base_url + call.path, headers, call.json)
        if target.guarded:
            check_url(str(request.url))  # as it will be dialled
        async with self._opened(request, guarded=target.guarded, patience=self._first_byte(target)) as response:
            yield response

    @asynccontextmanager
    async def _opened(
        self, request: httpx.Request, *, guarded: bool = False, redirects: int = 0, patience: float | None = None
    ) -> AsyncIterator[httpx.Response]:
        async with asyncio.timeout(patience or self.timeouts.first_byte):
            response = await self._client(guarded).send(request, stream=True)
            while redirects and response.has_redirect_location:
                await response.aclose()
                redirects -= 1
                onward = request.url.join(response.headers["location"])
                request = self._request("GET", str(onward), {"Accept-Encoding": "identity"})
                response = await self._client(guarded).send(request, stream=True)
        try:
            if not response.is_success:
                body = await Reading(response.aiter_bytes(), patience=self.timeouts.stall).head(LARGEST_REFUSAL)
                raise refusal(body.decode("utf-8", "replace"), response.status_code, response.headers)
            yield response
        finally:
            await response.aclose()

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> httpx.Request:
        timeout = httpx.Timeout(None, connect=self.timeouts.connect).as_dict()
        content = None
        if body is None:
            headers = {"Accept-Encoding": "gzip, deflate", **headers}
        else:
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
            headers = {**headers, "Content-Type": "application/json", "Accept-Encoding": "identity"}
        try:
            return httpx.Request(
                method, url, headers={**HEADERS, **headers}, content=content, extensions={"timeout": timeout}
            )
        except httpx.InvalidURL as error:
            raise AddressError(f"the address is malformed: {error}") from error

    def _client(self, guarded: bool) -> httpx.AsyncClient:
        if guarded not in self._clients:
            self._clients[guarded] = httpx.AsyncClient(transport=open_transport(guarded=guarded), trust_env=False)
        return self._clients[guarded]

    def _first_byte(self, target: Target) -> float:
        return self.timeouts.first_byte if target.provider.key_needed else self.timeouts.own_first_byte

    def _worth_it(self, error: ProviderError, attempt: int) -> bool:
        return error.should_retry and attempt < self.retries and (error.retry_after or 0) <= PATIENCE


def _wait(error: ProviderError, attempt: int) -> float:
    if error.retry_after is not None:
        return error.retry_after
    return min(LONGEST_BACKOFF, 0.5 * 2.0**attempt) * random.uniform(0.75, 1)


@asynccontextmanager
async def _named(name: str, secret: str | None = None) -> AsyncIterator[None]:
    """Let only errors of ours out, under the provider's name and without the key."""
    try:
        yield
    except ProviderError as error:
        raise error.told(name, secret) from error.__cause__
    except FAULTS as error:
        failed = _fault(error)
        raise failed.told(name, secret) if isinstance(failed, ProviderError) else failed from error


def _fault(error: BaseException) -> OmniChatError:
    causes: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in causes:
        causes.append(step)
        step = step.__cause__ or step.__context__
    blocked = next((cause for cause in causes if isinstance(cause, BlockedAddressError)), None)
    if blocked:
        return AddressError(str(blocked))
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return AddressError(f"the address is malformed: {error}")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return TimedOutError("gave no sign of life in time", provider="")
    if isinstance(error, httpx.ReadError):
        return ConnectionFailedError("the answer broke off", provider="")
    return ConnectionFailedError(str(error) or type(error).__name__, provider="")
