"""Ask providers what they have on offer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from omnichat.answered import Answered
from omnichat.characters import whole
from omnichat.errors import ProviderError
from omnichat.model_facts import completed
from omnichat.provider import Call, ModelInfo, Provider
from omnichat.target import Target

if TYPE_CHECKING:
    from omnichat.transport import Transport

LARGEST_LIST = 32 * 1024 * 1024  # bytes of one page
LONGEST_VALIDATOR = 500
MOST_PAGES = 50
AT_ONCE = 64 * 1024  # bytes that are translated faster than a thread is asked
NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a provider says it has, with ids that lack its name; ``validator`` stands for this answer, or is empty."""

    models: tuple[ModelInfo, ...]
    validator: str = ""


async def listing(transport: Transport, target: Target, validator: str = "") -> Listing | None:
    """Return the list, all its pages, or None if it is still the one that ``validator`` stands for."""
    dialect = target.provider.dialect
    models, pages, given = list[ModelInfo](), 0, ""
    onward: Call | None = dialect.models()
    try:
        while onward and pages < MOST_PAGES:
            sent = onward if pages or not validator else _conditional(onward, validator)
            try:
                answered = await transport.persist(partial(_whole, transport, target, sent))
            except ProviderError as error:
                pages, onward = pages + 1, dialect.simpler(onward, error)
                if onward is None:
                    raise
                continue
            apart = len(answered.body) > AT_ONCE
            answer, found = await transport.apart(_read, target, answered) if apart else _read(target, answered)
            models += found
            given = "" if pages else _validator(answered)
            pages, onward = pages + 1, dialect.next_page(onward, answer)
    except ProviderError as error:
        if validator and error.provider_status == NOT_MODIFIED:
            return None
        raise error if error.provider else error.told(target.provider.name, target.secrets) from error.__cause__
    return Listing(models=tuple(models), validator=given)


def offered(provider: Provider, model: ModelInfo) -> ModelInfo:
    """Return a listed model under its whole name, with what we know of it where the list is silent."""
    name = f"{provider.name}/{whole(model.id)}"
    can = model.can or provider.capabilities(model.id)
    return completed(replace(model, id=name, title=whole(model.title), can=can))


async def _whole(transport: Transport, target: Target, call: Call) -> Answered:
    async with transport.answering(target, call, patience=transport.first_byte(target)) as incoming:
        return Answered(await incoming.body.whole(LARGEST_LIST), incoming.headers)


def _read(target: Target, answered: Answered) -> tuple[Any, list[ModelInfo]]:
    answer = answered.json()
    return answer, target.provider.dialect.read_models(answer)


def _conditional(call: Call, validator: str) -> Call:
    return replace(call, headers={**call.headers, "If-None-Match": validator})


def _validator(answered: Answered) -> str:
    given = answered.headers.get("etag", "")
    return given if len(given) <= LONGEST_VALIDATOR and given.isascii() and given.isprintable() else ""
