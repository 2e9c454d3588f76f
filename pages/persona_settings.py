"""Settings: the personas, their list and the form for one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nicegui import ui
from nicegui.element import Element

from components.hue_choice import spare_hue
from components.marks import lane_mark_html
from components.menu import Choice, open_menu
from components.persona_form import PersonaForm
from components.pieces import button, el, icon, link, raw, text, tool
from omnichat.messages import Effort
from omnichat.ranges import Limits
from pages.frame import Frame
from services.chats.conversations import Lane, NotThereError
from services.chats.personas import NamelessError, Persona
from services.models.fitting import ANYTHING, in_words
from services.people.pictures import NoPictureError

HOME = "/settings/personas"
NEW = "new"


async def draw_personas(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the list, or the form that the rest of the address names; return whether there is such a persona."""
    if not rest:
        await _List(frame).draw()
        return True
    try:
        persona = await (_fresh(frame) if rest[0] == NEW else frame.services.personas.named(frame.who, rest[0]))
    except NotThereError:
        return False
    await _draw_form(frame, persona)
    return True


async def _fresh(frame: Frame) -> Persona:
    return Persona(name="", hue=spare_hue(each.hue for each in await frame.services.personas.all(frame.who)))


class _List:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._personas = frame.services.personas
        with el("div", "o-r"):
            text("Personas", "o-head o-grow", tag="h2")
            button("New persona", "main", "add", on=lambda: ui.navigate.to(f"{HOME}/{NEW}"))
        self._card = el("div", "o-card", role="list", aria_label="Personas")
        text(
            "A lane puts one on in its own settings. It keeps what it put on, whatever you change or delete here.",
            "o-small o-3",
        )

    async def draw(self) -> None:
        """Show them as they are now."""
        personas = await self._personas.all(self._frame.who)
        self._card.clear()
        with self._card:
            if not personas:
                _draw_empty()
            for persona in personas:
                self._draw_row(persona)

    def _draw_row(self, persona: Persona) -> None:
        with el("div", "o-persona", role="listitem"):
            raw(_mark(persona), "o-fixed")
            with el("div", "o-grow"):
                link(persona.name, f"{HOME}/{persona.uid}", "o-strong o-cut")
                told = filter(None, (persona.model or "Any model", in_words(persona.parameters)))
                text(" · ".join(told), "o-small o-2 o-cut")
            button("Edit", "small", on=lambda: ui.navigate.to(f"{HOME}/{persona.uid}"))
            more = tool("more_horiz", f"More for {persona.name}")
            more.on("click", partial(self._offer, more, persona))

    def _offer(self, more: Element, persona: Persona) -> None:
        open_menu(
            more,
            [
                Choice("content_copy", "Duplicate", partial(self._duplicate, persona)),
                Choice("delete", "Delete", partial(self._delete, persona), "bad"),
            ],
        )

    async def _duplicate(self, persona: Persona) -> None:
        await self._personas.duplicate(self._frame.who, persona.uid)
        await self.draw()

    async def _delete(self, persona: Persona) -> None:
        gone = await self._personas.delete(self._frame.who, persona.uid)
        await self.draw()
        self._frame.toasts.show(
            f"{gone.name} is deleted. Lanes that wear it stay as they are.",
            label="Undo",
            act=partial(self._bring_back, gone),
        )

    async def _bring_back(self, gone: Persona) -> None:
        await self._personas.save(self._frame.who, gone)
        if not self._card.is_deleted:
            await self.draw()


def _draw_empty() -> None:
    with el("div", "o-empty"):
        icon("face", "l")
        text("Nobody here yet", "o-title")
        text(
            "A persona is a character for role play, or a way of asking for a job that comes up again: a name and a "
            "face, instructions, a model and its parameters. Let two of them answer the same prompt.",
            "o-2 o-lead",
        )


async def _draw_form(frame: Frame, persona: Persona) -> None:
    services, who = frame.services, frame.who

    async def limits(model: str, effort: Effort | None) -> Limits:
        return await services.limits.of(who, model, effort) if model else ANYTHING

    async def save(changed: Persona, picture: bytes | None) -> None:
        try:
            await services.personas.save(who, changed, picture)
        except (NamelessError, NoPictureError) as error:
            frame.toasts.show(str(error))
            return
        ui.navigate.to(HOME)

    with el("div", "o-r"):
        tool("arrow_back", "Back to personas", on=lambda: ui.navigate.to(HOME))
        text(persona.name or "New persona", "o-head o-cut", tag="h2")
    form = PersonaForm(
        persona,
        limits=limits,
        known=lambda: [
            entry.id for offer in services.catalogue.known(who) for entry in offer.entries if not entry.gone
        ],
        save=save,
        cancel=lambda: ui.navigate.to(HOME),
    )
    await form.follow()


def _mark(persona: Persona) -> str:
    return lane_mark_html(Lane(model="", name=persona.name, look=persona.look), persona.letters, "l")
