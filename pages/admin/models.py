"""Administration: which models are offered at all."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from components.check_list import Switch
from components.fields import search_box
from components.monograms import letters
from components.pieces import attrs, button, el, icon, link, mark, note, text
from pages.frame import Frame
from services.models.offers import Entry, Offer
from services.people.house import HouseRules
from services.people.person import Person

HERE = "/admin/models"
PAGE = 50
LONGEST = 200  # characters of a title


async def draw_models(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the sources with a switch each; or, further down the address, the models of one."""
    server = await frame.services.people.shares.server(frame.who)
    name = "/".join(rest)
    offers = {offer.source.name: offer for offer in await frame.services.catalogue.kept(server)}
    if name and name not in offers:
        return False
    desk = ModelsDesk(frame, server, offers, name)
    await desk.show()
    frame.follow("room", desk.follow())
    return True


class ModelsDesk:
    """What is switched off is offered to nobody, and answers nobody."""

    def __init__(self, frame: Frame, server: Person, offers: dict[str, Offer], name: str) -> None:
        self._frame = frame
        self._server = server
        self._house = frame.services.people.house
        self._offers = offers
        self._name = name
        self._words = ""
        self._limit = PAGE
        with el("div", "o-r"):
            if name:
                with attrs(link("", HERE, "o-tool"), aria_label="Back to all providers", title="Back to all providers"):
                    icon("arrow_back")
            text(offers[name].source.title if name else "Models", "o-head o-grow o-cut", tag="h2")
        text("What is switched off is offered to nobody, and answers nobody.", "o-2")
        search_box("Search models", self._search)
        self._list = el("div", "o-c")

    async def follow(self) -> None:
        """Ask for lists that are old, and show what comes of it; what is switched here is shown already."""
        catalogue = self._frame.services.catalogue
        asking = asyncio.create_task(catalogue.offers(self._server), name="models")
        try:
            async for _ in catalogue.watch(self._server):
                with self._frame.unbroken():
                    offers = {offer.source.name: offer for offer in catalogue.known(self._server)}
                    if _listed(offers) != _listed(self._offers) and (not self._name or self._name in offers):
                        self._offers = offers
                        await self.show()
        finally:
            asking.cancel()

    async def show(self) -> None:
        """Show what is so now."""
        rules = await self._house.read()
        self._list.clear()
        with self._list:
            if not self._offers:
                note("No provider is in reach yet. Add a key under Shared keys.", "key")
            elif self._name or self._words:
                self._draw_models(rules)
            else:
                with el("div", "o-card", role="list", aria_label="Providers"):
                    for offer in self._offers.values():
                        self._draw_source(offer, rules)

    def _draw_source(self, offer: Offer, rules: HouseRules) -> None:
        source, there = offer.source, [entry for entry in offer.entries if not entry.gone]
        off = sum(entry.id in rules.models_off for entry in there)
        told = f"{len(there):,} model{'' if len(there) == 1 else 's'}" + (f", {off:,} switched off" if off else "")
        with el("div", "o-line2", role="listitem"):
            mark(letters(source.title), source.name)
            Switch(source.title, source.name not in rules.sources_off, lambda on: self._switch_source(source.name, on))
            text(told, "o-small o-2 o-grow o-num")
            attrs(link("Choose models", f"{HERE}/{source.name}", "o-btn small"), aria_label=f"Models of {source.title}")

    def _draw_models(self, rules: HouseRules) -> None:
        fitting = list(islice(self._fitting(), self._limit + 1))
        if not fitting:
            note("No model is called that." if self._words else "No model of this provider is known yet.", "search")
            return
        with el("div", "o-card", role="list", aria_label="Models"):
            for entry in fitting[: self._limit]:
                with el("div", "o-line2", role="listitem"):
                    self._draw_model(entry, rules)
        if len(fitting) > self._limit:
            button("Show more", "quiet", on=self._more)

    def _draw_model(self, entry: Entry, rules: HouseRules) -> None:
        source_off = entry.id.partition("/")[0] in rules.sources_off
        on = entry.id not in rules.models_off
        hint = f"{entry.id} · its provider is switched off" if source_off else entry.id
        Switch(entry.title[:LONGEST], on, lambda wanted: self._switch_model(entry.id, wanted), hint=hint)

    def _fitting(self) -> Sequence[Entry]:
        words = self._words.casefold().split()
        offers = [self._offers[self._name]] if self._name else self._offers.values()
        return [
            entry
            for offer in offers
            for entry in offer.entries
            if not entry.gone and all(word in f"{entry.id} {entry.title}".casefold() for word in words)
        ]

    async def _switch_source(self, name: str, on: bool) -> None:
        def change(rules: HouseRules) -> HouseRules:
            return replace(rules, sources_off=_switched(rules.sources_off, name, on))

        await self._house.change(self._frame.who, change)
        self._tell(self._offers[name].source.title, on)

    async def _switch_model(self, model: str, on: bool) -> None:
        def change(rules: HouseRules) -> HouseRules:
            return replace(rules, models_off=_switched(rules.models_off, model, on))

        await self._house.change(self._frame.who, change)
        self._tell(model, on)

    def _tell(self, name: str, on: bool) -> None:
        self._frame.say(f"{name[:LONGEST]} is switched {'on' if on else 'off'}.")

    async def _search(self, words: str) -> None:
        self._words, self._limit = words, PAGE
        await self.show()

    async def _more(self) -> None:
        self._limit += PAGE
        await self.show()


def _listed(offers: Mapping[str, Offer]) -> list[tuple[str, int]]:
    """Return what tells whether a list was read anew."""
    return [(name, id(offer.entries)) for name, offer in offers.items()]


def _switched(off: tuple[str, ...], name: str, on: bool) -> tuple[str, ...]:
    """Return what is off once ``name`` was switched."""
    others = tuple(each for each in off if each != name)
    return others if on else (*others, name)
