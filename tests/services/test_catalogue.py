"""Which models can be asked, however the providers behave."""

from __future__ import annotations

import asyncio

from omnichat.capabilities import Capability
from omnichat.errors import AuthenticationError
from omnichat.provider import ModelInfo, Provider
from omnichat.registry import provider_named
from services.catalogue import Catalogue
from services.people import Person

ME = Person(id=1, uid="me", name="me")


class ScriptedLister:
    """Offer models by provider; an exception is raised, an event is waited for first."""

    def __init__(self, **offers: list[str] | Exception | asyncio.Event) -> None:
        self.offers = offers
        self.asked: list[str] = []
        self.was_asked = asyncio.Event()

    def reachable(self) -> list[Provider]:
        return [provider_named(name) for name in self.offers]

    async def list_models(self, provider_name: str) -> list[ModelInfo]:
        self.asked.append(provider_name)
        self.was_asked.set()
        offer = self.offers[provider_name]
        if isinstance(offer, Exception):
            raise offer
        if isinstance(offer, asyncio.Event):
            await offer.wait()
            offer = ["late"]
        return [ModelInfo(id=f"{provider_name}/{name}", can=Capability.CHAT) for name in offer]


async def offered(catalogue: Catalogue) -> dict[str, list[str]]:
    return {offer.source.name: [model.id for model in offer.entries] for offer in await catalogue.offers(ME)}


async def test_all_providers_in_reach_offer_their_models_in_order() -> None:
    catalogue = Catalogue(ScriptedLister(groq=["b", "a"], local=["tiny"]))
    assert [offer.entries for offer in catalogue.known(ME)] == [[], []]
    assert await offered(catalogue) == {"groq": ["groq/a", "groq/b"], "local": ["local/tiny"]}


async def test_one_that_fails_spoils_only_its_own_offer() -> None:
    refused = AuthenticationError("bad key", provider="openai")
    catalogue = Catalogue(ScriptedLister(openai=refused, groq=["a"]))
    assert await offered(catalogue) == {"openai": [], "groq": ["groq/a"]}
    assert [offer.problem for offer in catalogue.known(ME)] == ["openai: bad key Check the key of this provider.", ""]


async def test_one_that_hangs_is_given_up() -> None:
    catalogue = Catalogue(ScriptedLister(openai=asyncio.Event(), groq=["a"]), patience=0.05)
    assert await offered(catalogue) == {"openai": [], "groq": ["groq/a"]}
    assert catalogue.known(ME)[0].problem == "OpenAI did not list its models within 0.05 s."


async def test_a_provider_is_asked_once_at_a_time() -> None:
    may_answer = asyncio.Event()
    lister = ScriptedLister(openai=may_answer)
    catalogue = Catalogue(lister)
    asking = [asyncio.create_task(catalogue.offers(ME)) for _ in range(3)]
    await lister.was_asked.wait()
    may_answer.set()
    await asyncio.gather(*asking)
    assert lister.asked == ["openai"]
    assert await offered(catalogue) == {"openai": ["openai/late"]}
    assert lister.asked == ["openai"]


async def test_who_gives_up_waiting_leaves_the_answer_to_the_others() -> None:
    may_answer = asyncio.Event()
    lister = ScriptedLister(openai=may_answer)
    catalogue = Catalogue(lister)
    first, second = (asyncio.create_task(catalogue.offers(ME)) for _ in range(2))
    await lister.was_asked.wait()
    first.cancel()
    await asyncio.wait([first])
    may_answer.set()
    assert [offer.entries[0].id for offer in await second] == ["openai/late"]


async def test_a_provider_that_recovers_is_asked_again_and_local_models_always_are() -> None:
    lister = ScriptedLister(groq=AuthenticationError("bad key", provider="groq"), local=["one"])
    catalogue = Catalogue(lister)
    await catalogue.offers(ME)
    lister.offers |= {"groq": ["a"], "local": ["one", "two"]}
    assert await offered(catalogue) == {"groq": ["groq/a"], "local": ["local/one", "local/two"]}
    assert [offer.problem for offer in catalogue.known(ME)] == ["", ""]
    lister.offers |= {"groq": ["a", "b"]}
    assert (await offered(catalogue))["groq"] == ["groq/a"]


async def test_a_provider_that_fails_later_keeps_the_models_it_had() -> None:
    lister = ScriptedLister(local=["one"])
    catalogue = Catalogue(lister)
    await catalogue.offers(ME)
    lister.offers["local"] = AuthenticationError("gone", provider="local")
    assert await offered(catalogue) == {"local": ["local/one"]}
    assert catalogue.known(ME)[0].problem
