"""Choosing among models: the selector, fed with what is on offer and what the person keeps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from nicegui import background_tasks, ui

from components.rename import ask_name
from components.selector import Selector, SelectorActions
from components.toasts import Toasts
from services.models.shelves import LONGEST_NAME, ModelSet, SetRefusedError, Shelf
from services.people.person import Person
from services.wiring import Services


class ModelDesk:
    """Open the selector and carry out what it says about favourites and sets."""

    def __init__(self, services: Services, who: Person, toasts: Toasts) -> None:
        self._services = services
        self._who = who
        self._toasts = toasts
        self._client = ui.context.client

    async def open(
        self, ask: Callable[[list[str]], Awaitable[None]], *, picked: Sequence[str], for_one: str = ""
    ) -> None:
        """Show the selector with what is known at once; it follows what sources answer until it is closed.

        With a heading ``for_one`` one model is chosen.
        """
        shelf = await self._services.shelves.of(self._who)
        actions = SelectorActions(
            ask=ask,
            favour=lambda model, on: self._services.shelves.favour(self._who, model, on),
            save_set=lambda models: self._save_set(selector, models),
            rename_set=lambda each: self._rename_set(selector, each),
            delete_set=lambda each: self._delete_set(selector, each),
            speed=lambda model: self._services.speeds.of(self._who, model),
        )
        with self._client:
            selector = Selector(
                self._services.catalogue.known(self._who),
                shelf,
                actions,
                loading=True,
                picked=picked,
                for_one=for_one,
            )
            selector.dialog.open()
        following = background_tasks.create(self._follow(selector), name="offers")
        selector.dialog.on("hide", lambda: following.cancel())

    async def _follow(self, selector: Selector) -> None:
        """Show every change of what is on offer, and when all sources have answered."""
        catalogue, who = self._services.catalogue, self._who
        asking = asyncio.create_task(catalogue.offers(who), name="ask for offers")
        asking.add_done_callback(lambda _: self._show(selector, loading=False))
        try:
            async for _ in catalogue.watch(who):
                self._show(selector, loading=not asking.done())
        finally:
            asking.cancel()

    def _show(self, selector: Selector, *, loading: bool) -> None:
        if not selector.dialog.is_deleted:
            selector.show(self._services.catalogue.known(self._who), loading=loading)

    def _save_set(self, selector: Selector, models: list[str]) -> None:
        async def save(name: str) -> None:
            await self._change(selector, self._services.shelves.keep_set(self._who, name, models))

        with self._client:
            ask_name("Save these models as a set", "", save, label="Name of the set", most=LONGEST_NAME)

    def _rename_set(self, selector: Selector, each: ModelSet) -> None:
        async def save(name: str) -> None:
            await self._change(selector, self._services.shelves.rename_set(self._who, each.name, name))

        with self._client:
            ask_name("Rename this set", each.name, save, label="Name of the set", most=LONGEST_NAME)

    async def _delete_set(self, selector: Selector, each: ModelSet) -> None:
        shelves = self._services.shelves

        async def undo() -> None:
            await self._change(selector, shelves.keep_set(self._who, each.name, each.models))

        await self._change(selector, shelves.delete_set(self._who, each.name))
        with self._client:
            self._toasts.show(f"The set “{each.name}” is deleted.", label="Undo", act=undo)

    async def _change(self, selector: Selector, change: Awaitable[Shelf]) -> None:
        try:
            shelf = await change
        except SetRefusedError as error:
            with self._client:
                self._toasts.show(str(error))
            return
        if not selector.dialog.is_deleted:
            selector.keep(shelf)
