"""What went wrong on the wire, in our words; imported with the transport."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from omnichat.errors import AddressError, ConnectionFailedError, OmniChatError, ProviderError, TimedOutError
from omnichat.guard import BlockedAddressError

FAULTS = (httpx.HTTPError, httpx.InvalidURL, OSError)


@asynccontextmanager
async def named(name: str, secrets: Sequence[str] = ()) -> AsyncIterator[None]:
    """Let only errors of ours out, under the provider's name and without its secrets."""
    try:
        yield
    except ProviderError as error:
        error.told(name, secrets)
        raise
    except FAULTS as error:
        failed = _fault(error)
        raise failed.told(name, secrets) if isinstance(failed, ProviderError) else failed from error


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
    return ConnectionFailedError(_lost(error, causes), provider="")


def _lost(error: BaseException, causes: Sequence[BaseException]) -> str:
    """Say why there is no connection: in plain words where we know it, else in those of the system."""
    place = _place(error)
    for cause in causes if place else ():
        match cause:
            case socket.gaierror():
                return f"no address is known for {place}"
            case ConnectionRefusedError():
                return f"nothing answers at {place}"
    return str(error) or type(error).__name__


def _place(error: BaseException) -> str:
    """Return host and port of whom ``error`` is about, if it is told."""
    try:
        return error.request.url.netloc.decode("ascii", "replace") if isinstance(error, httpx.RequestError) else ""
    except RuntimeError:
        return ""
