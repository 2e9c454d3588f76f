"""What one lane is called, whom it plays, and how its model is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape

from nicegui import ui

from components.fields import Field
from components.marks import lane_hue, lane_mark_html
from components.menu import Choice, open_menu
from components.monograms import letters
from components.parameter_fields import ParameterFields
from components.parameter_words import Words
from components.pieces import attrs, button, el, raw, text, tool
from components.rename import ask_name
from omnichat.messages import Effort
from omnichat.ranges import Limits
from services.chats.chats import LONGEST_NAME
from services.chats.conversations import Lane
from services.chats.personas import Persona, taken_off, worn
from services.models.defaults import Preset
from services.models.parameters import Parameters

WORDS = Words(
    label="Role for this lane",
    hint="Sent before every prompt, to this lane only.",
    example="For example: Answer as a reviewer who hates frameworks.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a person keeps for all their lanes."""

    defaults: Parameters
    presets: Sequence[Preset]
    personas: Sequence[Persona]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSettingsActions:
    """What the dialog asks of the page; ``limits`` takes a model and how much it is to think."""

    limits: Callable[[str, Effort | None], Awaitable[Limits]]
    save: Callable[[Lane], object]
    remove: Callable[[str], object]
    add_again: Callable[[Lane], object]
    for_all: Callable[[Lane], object]
    as_default: Callable[[Lane], object]
    keep_preset: Callable[[Preset], Awaitable[None]]
    keep_persona: Callable[[Persona], Awaitable[Persona]]


class LaneSettings:
    """A dialog about one lane; nothing of it holds before it is saved."""

    def __init__(self, lane: Lane, signs: str, stock: Stock, actions: LaneSettingsActions) -> None:
        self._lane = lane
        self._signs = signs
        self._stock = stock
        self._actions = actions
        with (
            ui.dialog().props("persistent") as self.dialog,
            el("div", "o-panel part", role="dialog", aria_label=f"Settings of {lane.name}"),
        ):
            with el("header"):
                self._head = raw("", "o-grow o-r")
                self._pill = text("", "o-pill accent", tag="span")
                self._more = tool("more_horiz", "More for this lane", on=self._offer_more)
                tool("close", "Close", on=self.dialog.close)
            self._form = el("div", "o-form")
            with el("footer", "o-wrap"):
                button("Reset", "quiet", on=self._reset)
                text("", "o-grow")
                button("For all lanes", on=lambda: self._finish(actions.for_all))
                button("Save as default", on=lambda: self._finish(actions.as_default))
                button("Save", "main", on=lambda: self._finish(actions.save))
        self.dialog.on("hide", self.dialog.delete)
        self.dialog.on("keydown.esc", self.dialog.close)

    async def draw(self) -> None:
        """Show the lane as it is set now."""
        lane = self._lane
        signs = lane.look.letters or self._signs
        self._head.set_content(
            f'{lane_mark_html(lane, signs)}<div class="o-grow"><h2 class="o-title o-cut">{escape(lane.name)}</h2>'
            f'<div class="o-small o-3 o-cut">{escape(lane.model)}</div></div>'
        )
        self._form.clear()
        with self._form:
            with el("div", "o-r o-wrap"):
                persona = button("Change persona" if lane.persona else "Wear a persona", "small", "face")
                persona.on("click", lambda: open_menu(persona, self._persona_choices()))
                presets = button("Presets", "small", "bookmark")
                presets.on("click", lambda: open_menu(presets, self._preset_choices()))
            self._name = Field("Name", value=lane.name)
            attrs(self._name.input, autofocus=True, maxlength=LONGEST_NAME)
            self._fields = ParameterFields(
                lane.parameters,
                self._stock.defaults,
                limits=partial(self._actions.limits, lane.model),
                words=WORDS,
                changed=self._count,
            )
        await self._fields.follow()
        self._count()

    def _count(self) -> None:
        """Say how much differs from what goes for all lanes."""
        defaults = self._stock.defaults.told()
        own = self._fields.so_far.told()
        count = sum(defaults.get(name) != value for name, value in own.items())
        self._pill.set_text(f"{count} changed")
        self._pill.set_visibility(count > 0)

    async def _show(self, lane: Lane) -> None:
        self._lane = lane
        await self.draw()

    def _so_far(self) -> Lane:
        return replace(self._lane, name=self._name.value or self._lane.name, parameters=self._fields.so_far)

    async def _reset(self) -> None:
        await self._show(replace(self._so_far(), parameters=Parameters()))

    def _finish(self, act: Callable[[Lane], object]) -> object:
        """Do something with the lane as it is set now, if it is set well, and be done."""
        parameters = self._fields.read()
        if parameters is None:
            return None
        lane = replace(self._so_far(), parameters=parameters)
        return self._leave(lambda: act(lane))

    def _leave(self, act: Callable[[], object]) -> object:
        self.dialog.close()
        return act()

    def _offer_more(self) -> None:
        remove = partial(self._actions.remove, self._lane.uid)
        open_menu(
            self._more,
            [
                Choice("content_copy", "Ask twice", lambda: self._finish(self._actions.add_again)),
                Choice("delete", "Remove", lambda: self._leave(remove), "bad"),
            ],
        )

    def _persona_choices(self) -> list[Choice]:
        choices = [
            Choice("check" if persona.uid == self._lane.persona else "face", persona.name, partial(self._wear, persona))
            for persona in self._stock.personas
        ]
        if self._lane.persona:
            choices.append(Choice("close", "Take it off", self._take_off))
        return [*choices, Choice("add", "Save as a persona", self._ask_persona)]

    async def _wear(self, persona: Persona) -> None:
        await self._show(worn(self._lane, persona))

    async def _take_off(self) -> None:
        found = [persona for persona in self._stock.personas if persona.uid == self._lane.persona]
        await self._show(taken_off(self._so_far(), found[0] if found else None))

    def _ask_persona(self) -> None:
        if self._fields.read() is not None:
            with self._form:
                ask_name("Save as a persona", self._so_far().name, self._keep_persona, most=LONGEST_NAME)

    async def _keep_persona(self, name: str) -> None:
        lane = self._so_far()
        look = replace(lane.look, letters=lane.look.letters or letters(name))
        persona = Persona(
            name=name or lane.name,
            letters=look.letters,
            hue=look.hue or lane_hue(lane).removeprefix("h-"),
            picture=look.picture,
            model=lane.model,
            parameters=lane.parameters,
        )
        kept = await self._actions.keep_persona(persona)
        self._stock = replace(self._stock, personas=[*self._stock.personas, kept])
        await self._wear(kept)

    def _preset_choices(self) -> list[Choice]:
        choices = [Choice("bookmark", preset.name, partial(self._apply, preset)) for preset in self._stock.presets]
        return [*choices, Choice("add", "Save as a preset", self._ask_preset)]

    async def _apply(self, preset: Preset) -> None:
        """Put what the preset says over what is set."""
        lane = self._so_far()
        await self._show(replace(lane, parameters=preset.parameters.over(lane.parameters)))

    def _ask_preset(self) -> None:
        if self._fields.read() is not None:
            with self._form:
                ask_name("Save as a preset", "", self._keep_preset, most=LONGEST_NAME)

    async def _keep_preset(self, name: str) -> None:
        if name:
            preset = Preset(name=name, parameters=self._fields.so_far)
            await self._actions.keep_preset(preset)
            others = [each for each in self._stock.presets if each.name != name]
            self._stock = replace(self._stock, presets=[*others, preset])
