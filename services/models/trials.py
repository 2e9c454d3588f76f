"""Try a key or an address out, and say in words what came of it."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from omnichat.capabilities import Capability
from omnichat.client import AsyncClient
from omnichat.errors import (
    AuthenticationError,
    BadRequestError,
    MissingKeyError,
    NotFoundError,
    OmniChatError,
    PermissionDeniedError,
    ProviderError,
    QuotaError,
    RateLimitError,
    ServerError,
)
from omnichat.messages import ChatRequest, Message
from omnichat.model_facts import facts_about
from omnichat.provider import ModelInfo
from services.models.offers import Source

log = logging.getLogger(__name__)
PATIENCE: Final = 20.0  # seconds
LONGEST: Final = 300  # characters of what a stranger says
TRIED: Final = 3  # models, until one answers
MISFITS: Final = (BadRequestError, NotFoundError, ServerError)
SAID: Final[tuple[tuple[type[OmniChatError], bool | None, str], ...]] = (
    (AuthenticationError, False, "{title} refuses this key. Check that it was copied whole and is still valid."),
    (MissingKeyError, False, "{title} needs a key."),
    (PermissionDeniedError, False, "{title} knows this key, but does not let it in: {told}."),
    (QuotaError, False, "{title} knows this key, but its account has no money or allowance left."),
    (RateLimitError, None, "{title} asks to wait: its limit is reached. Test again in a moment."),
    (ProviderError, None, "{title} could not be asked: {told}. {hint}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of it: it ``works``, it was refused, or, when None, nobody can say; ``models`` are on offer there."""

    works: bool | None
    words: str
    models: tuple[str, ...] = ()


class Trials:
    """Real calls to a source: its list of models, and one short answer where a list proves nothing."""

    def __init__(self, client: AsyncClient, *, patience: float = PATIENCE) -> None:
        self._client = client
        self._patience = patience
        self._last: dict[tuple[str, str], Trial] = {}

    def last(self, scope: str, name: str) -> Trial | None:
        """Return what the last trial of a source came to, since the server was started."""
        return self._last.get((scope, name))

    def note(self, scope: str, name: str, trial: Trial) -> None:
        """Remember what a trial of a source came to."""
        self._last[scope, name] = trial

    async def hold(self, source: Source) -> Trial:
        """Ask ``source`` and tell what it said; nothing is raised, and the key is in none of the words."""
        trial = await self._hold(source)
        self.note(source.scope, source.name, trial)
        return trial

    async def _hold(self, source: Source) -> Trial:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._patience):
                models = await self._listed(source)
                if source.provider.lists_openly or models is None:
                    await self._greet(source, models or [])
        except TimeoutError:
            return Trial(works=None, words=f"{source.title} did not answer within {self._patience:g} s.")
        except OmniChatError as error:
            return _failed(source, error)
        except Exception:
            log.exception("A trial of %s failed", source.name)
            return Trial(works=None, words=f"{source.title} sent something that cannot be read.")
        return _passed(source, models, time.monotonic() - began)

    async def _listed(self, source: Source) -> list[ModelInfo] | None:
        """Return what is on offer, or None where there is no list but models are known by name."""
        try:
            return await self._client.list_models(
                source.provider.name,
                key=source.key,
                base_url=source.base_url,
                headers=source.headers,
                trusted=source.trusted,
            )
        except MISFITS:
            if source.models:
                return None
            raise

    async def _greet(self, source: Source, models: list[ModelInfo]) -> None:
        """Ask for one token; a model that is not there, or cannot chat, leaves it to the next."""
        names = list(source.models) or _cheapest(source, models)
        if not names:
            raise BadRequestError("it lists no model to try", provider="")
        for number, name in enumerate(names[:TRIED], 1):
            try:
                return await self._ask(source, name)
            except MISFITS:
                if number == min(TRIED, len(names)):
                    raise

    async def _ask(self, source: Source, name: str) -> None:
        hello = ChatRequest(
            model=f"{source.provider.name}/{name}", messages=(Message.of("user", "Say hi."),), max_tokens=1
        )
        answer = self._client.stream(
            hello, key=source.key, base_url=source.base_url, headers=source.headers, trusted=source.trusted
        )
        async with aclosing(answer) as deltas:
            async for _ in deltas:
                return


def _cheapest(source: Source, models: list[ModelInfo]) -> list[str]:
    """Return the names of models to talk to, the cheapest first."""

    def price(model: ModelInfo) -> float:
        facts = facts_about(model.id)
        known = facts.prices.output if facts else None
        return (0.0 if model.id.endswith(":free") else 1.0) if known is None else known

    chatting = sorted((model for model in models if Capability.CHAT in model.can), key=price)
    return [model.id.removeprefix(f"{source.provider.name}/") for model in chatting]


def _passed(source: Source, models: list[ModelInfo] | None, seconds: float) -> Trial:
    took = f"in {seconds:.1f} s" if seconds >= 1 else f"in {max(seconds, 0.01):.2f} s"
    if models is None:
        return Trial(
            works=True, words=f"{source.title} answers {took}. It has no list; the models named here are used."
        )
    chatting = tuple(model.id.partition("/")[2] for model in models if Capability.CHAT in model.can)
    count = {0: "no model", 1: "1 model"}.get(len(chatting), f"{len(chatting)} models")
    return Trial(works=True, words=f"{source.title} answers {took} and lists {count}.", models=chatting)


def _failed(source: Source, error: OmniChatError) -> Trial:
    told = str(error.message if isinstance(error, ProviderError) else error)[:LONGEST].strip().rstrip(".")
    for kind, works, words in SAID:
        if isinstance(error, kind):
            return Trial(works=works, words=words.format(title=source.title, told=told, hint=error.hint))
    return Trial(works=None, words=f"{told[:1].upper()}{told[1:]}. {error.hint}")
