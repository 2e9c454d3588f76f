"""The only socket: send calls, retry, time out, name what went wrong; imported with the first client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar
from urllib.parse import urlencode

import httpx

from omnichat.addresses import beside
from omnichat.deltas import Delta, FinishDelta, TextDelta, ThinkingDelta
from omnichat.errors import AddressError, ConnectionFailedError, ProviderError, ServerError, TimedOutError
from omnichat.faults import named
from omnichat.guard import CLOSED, OpenNetworks, check_url, origin
from omnichat.headers import joined, proof
from omnichat.jobs import Jobs
from omnichat.outbound import HEADERS, outgoing, prepare, seen, watch_over
from omnichat.provider import Call, Job
from omnichat.reading import Incoming, Reader, Reading
from omnichat.refusals import refusal, request_id
from omnichat.response_answers import ResponseStreamEvent
from omnichat.response_events import read_events
from omnichat.retrying import OnWait, nobody_told, seconds_until_again
from omnichat.signing import Outgoing, Signers
from omnichat.sockets import open_session, open_transport
from omnichat.target import Target
from omnichat.timeouts import PACE, RETRIES, Timeouts
from omnichat.websocket import WebSocket, dial

T = TypeVar("T")
P = ParamSpec("P")
LARGEST_ANSWER = 32 * 1024 * 1024
LARGEST_REFUSAL = 64 * 1024
REDIRECTS = 5
Epilogue: TypeAlias = Callable[[Target, Job, float], Awaitable[list[T]]]


class Transport:
    """Send dialects' calls and read their answers; ``pace`` is the seconds between two readings of a running answer."""

    def __init__(
        self,
        *,
        timeouts: Timeouts | None = None,
        retries: int = RETRIES,
        pace: float = PACE,
        open_networks: OpenNetworks = CLOSED,
    ) -> None:
        self._open_networks = open_networks
        self.timeouts = timeouts or Timeouts()
        self.retries = retries
        self.pace = pace
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._signers = Signers(self.post)
        self._jobs = Jobs(self._json)

    def stream(self, target: Target, call: Call, on_wait: OnWait = nobody_told) -> AsyncGenerator[Delta, None]:
        """Return the answer as it comes, asking again only while nothing came; closing it hangs up at once.

        ``on_wait`` is called with the failure and the seconds before each wait for another attempt.
        """
        return self.tell(target, call, target.provider.dialect.read, self._jobs.epilogue, on_wait)

    def events(self, target: Target, call: Call) -> AsyncGenerator[ResponseStreamEvent, None]:
        """Return the answer as the events of the Responses API, otherwise as ``stream`` does."""
        return self.tell(target, call, read_events)

    async def tell(
        self,
        target: Target,
        call: Call,
        read: Reader[T],
        epilogue: Epilogue[T] | None = None,
        on_wait: OnWait = nobody_told,
    ) -> AsyncGenerator[T, None]:
        """Yield the answer as ``stream`` does, but in the words of ``read``, and of ``epilogue`` for a job."""
        attempt = 0
        while True:
            begun = False
            try:
                async with aclosing(self._pieces(target, call, read, epilogue)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except ProviderError as error:
                simpler = target.provider.dialect.simpler(call, error)
                wait = 0.0 if simpler else self._wait(error, attempt)
                if begun or wait is None:
                    raise
                if wait:
                    on_wait(error, wait)
            call, attempt = (simpler, attempt) if simpler else (call, attempt + 1)
            await asyncio.sleep(wait)

    async def fetch(self, target: Target, call: Call) -> Any:
        """Return the JSON of a whole answer."""
        return await self.persist(lambda: self._json(target, call))

    async def persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Return what ``attempt`` returns, which is made again while there is hope."""
        for number in range(self.retries + 1):
            try:
                return await attempt()
            except ProviderError as error:
                wait = self._wait(error, number)
                if wait is None:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("the last attempt answers or raises")

    @asynccontextmanager
    async def answering(self, target: Target, call: Call, *, patience: float | None = None) -> AsyncIterator[Incoming]:
        """Send ``call`` once and give its answer as it comes in, every failure of it under the provider's name.

        It may take ``patience`` seconds to begin: there is nothing to send before all of a picture is drawn.
        """
        patience = patience or self.timeouts.own_first_byte
        async with named(target.provider.name, target.secrets), self._sent(target, call, patience) as response:
            reading = Reading(response.aiter_bytes(), patience=self.timeouts.stall)
            yield Incoming(headers=response.headers, body=reading)

    async def download(self, url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        """Yield the pieces of the file at ``url``, each with the size of the whole in bytes if it is known."""
        request = prepare("GET", url, {"Accept-Encoding": "identity"}, connect=self.timeouts.connect)
        async with named(request.url.host), self._opened(request, redirects=REDIRECTS) as body:
            size = body.headers.get("content-length", "")
            total = int(size) if size.isdecimal() else None
            reading = Reading(body.aiter_bytes(), patience=self.timeouts.stall)
            while piece := await reading.more():
                yield piece, total

    async def post(
        self,
        url: str,
        form: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        method: Literal["POST", "GET", "PUT"] = "POST",
        guarded: bool = False,
    ) -> Any:
        """Send ``form`` to a token service and return its answer, as JSON or else as text."""
        if guarded:
            check_url(url, self._open_networks)
        typed = {**headers, "Content-Type": "application/x-www-form-urlencoded"} if form else headers
        content = urlencode(form).encode() if form else None
        request = prepare(method, url, typed, content, connect=self.timeouts.connect)
        async with named(request.url.host), self._opened(request, guarded=guarded) as response:
            body = await Reading(response.aiter_bytes(), patience=self.timeouts.stall).whole(LARGEST_REFUSAL)
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return body.decode("utf-8", "replace")

    @asynccontextmanager
    async def websocket(self, target: Target, path: str, headers: Mapping[str, str]) -> AsyncIterator[WebSocket]:
        """Give an open WebSocket at ``path``, or at a whole address; leaving hangs up."""
        name, url = target.provider.name, target.provider.dialect.url(target.base_url, Call(path))
        if target.guarded:
            check_url(url, self._open_networks)
        async with named(name, target.secrets):
            asked = Outgoing(method="GET", url=url, headers={}, body=b"")
            signed = await self._signers.sign(target.provider.signing, asked, target.key)
            async with asyncio.timeout(self.first_byte(target)):
                session = open_session(self._limits(target.guarded))
                socket = await dial(session, url, joined(HEADERS, proof(target), signed, headers), name, target.secrets)
        try:
            yield socket
        finally:
            await socket.close()

    async def close(self) -> None:
        """Hang up."""
        await self._jobs.close()
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    async def _pieces(
        self, target: Target, call: Call, read: Reader[T], epilogue: Epilogue[T] | None
    ) -> AsyncGenerator[T, None]:
        job = await self._jobs.begin(target, call) if call.queued else None
        finished = False
        if job and not job.watch:
            told = self._jobs.told(target, job, read, self.timeouts.own_first_byte)
        else:
            told = self._heard(target, (job and job.watch) or call, read)
        try:
            async with aclosing(told) as pieces:
                async for piece in pieces:
                    finished = finished or _is_last(piece)
                    yield piece
            for piece in await epilogue(target, job, self.timeouts.epilogue) if job and epilogue else ():
                yield piece
        except (ConnectionFailedError, TimedOutError):
            if not finished:  # an answer that said it was over is whole, however the connection ends
                raise
        finally:
            if job and not finished:
                self._jobs.cancel(target, job)

    async def _heard(self, target: Target, call: Call, read: Reader[T]) -> AsyncGenerator[T, None]:
        async with named(target.provider.name, target.secrets), self._sent(target, call) as response:
            reading = Reading(response.aiter_bytes(), patience=self.first_byte(target), pace=self.pace)
            events = reading.events(response.headers.get("content-type", ""))
            async with aclosing(events), aclosing(read(events)) as pieces:
                async for piece in pieces:
                    match piece:
                        case TextDelta() | ThinkingDelta() | ResponseStreamEvent(begun=True):
                            reading.begun, reading.patience = True, self.timeouts.stall
                        case FinishDelta() | ResponseStreamEvent(over=True):
                            reading.finished, reading.patience = True, self.timeouts.epilogue
                    yield piece
            await reading.drain()

    async def _json(self, target: Target, call: Call) -> Any:
        async with named(target.provider.name, target.secrets), self._sent(target, call) as response:
            body = await Reading(response.aiter_bytes(), patience=self.timeouts.stall).whole(LARGEST_ANSWER)
            try:
                return json.loads(body)
            except (ValueError, RecursionError) as error:
                raise ServerError("sent something that is no JSON", provider="") from error

    @asynccontextmanager
    async def _sent(self, target: Target, call: Call, patience: float | None = None) -> AsyncIterator[httpx.Response]:
        """Send ``call`` and give its response, if it is no refusal."""
        provider = target.provider
        url = provider.dialect.url(beside(target.base_url, call.base, provider.base_url), call)
        if target.guarded:
            self._check(target, url)
        headers = joined(proof(target), call.headers, target.headers)
        request = outgoing(call, url, headers, connect=self.timeouts.connect)
        if provider.signing:
            request.headers.update(await self._signers.sign(provider.signing, seen(request), target.key))
        if target.guarded:
            self._check(target, str(request.url))  # as it will be dialled
        patience = patience or self.first_byte(target)
        async with self._opened(request, guarded=target.guarded, patience=patience) as response:
            yield response

    @asynccontextmanager
    async def _opened(
        self, request: httpx.Request, *, guarded: bool = False, redirects: int = 0, patience: float | None = None
    ) -> AsyncIterator[httpx.Response]:
        patience = patience or self.timeouts.first_byte
        async with asyncio.timeout(patience) as waiting:
            watch_over(request, waiting, patience)
            response = await self._client(guarded).send(request, stream=True)
            while redirects and response.has_redirect_location:
                await response.aclose()
                redirects -= 1
                onward = request.url.join(response.headers["location"])
                request = prepare("GET", str(onward), {"Accept-Encoding": "identity"}, connect=self.timeouts.connect)
                response = await self._client(guarded).send(request, stream=True)
        try:
            if not response.is_success:
                body = await Reading(response.aiter_bytes(), patience=self.timeouts.stall).head(LARGEST_REFUSAL)
                raise refusal(body.decode("utf-8", "replace"), response.status_code, response.headers)
            yield response
        except ProviderError as error:
            error.request_id = error.request_id or request_id(response.headers)
            raise
        finally:
            await response.aclose()

    def _client(self, guarded: bool) -> httpx.AsyncClient:
        if guarded not in self._clients:
            sockets = open_transport(self._limits(guarded))
            self._clients[guarded] = httpx.AsyncClient(transport=sockets, trust_env=False)
        return self._clients[guarded]

    def _limits(self, guarded: bool) -> OpenNetworks | None:
        return self._open_networks if guarded else None

    def _check(self, target: Target, url: str) -> None:
        check_url(url, self._open_networks)
        if origin(url) != origin(target.base_url):
            raise AddressError("the answer leads to another server, which is not given the key")

    async def apart(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what ``work`` returns, done in a thread because it takes long or waits."""
        return await asyncio.to_thread(work, *args, **kwargs)

    def first_byte(self, target: Target) -> float:
        """Return how many seconds an answer may take to begin."""
        return self.timeouts.first_byte if target.provider.key_needed else self.timeouts.own_first_byte

    def _wait(self, error: ProviderError, attempt: int) -> float | None:
        return seconds_until_again(error, attempt, self.retries, self.timeouts.limited)


def _is_last(piece: object) -> bool:
    return isinstance(piece, FinishDelta) or (isinstance(piece, ResponseStreamEvent) and piece.over)
