"""Settings: how all models are asked, and the presets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from nicegui import background_tasks

from components.parameter_fields import ParameterFields
from components.parameter_words import Words
from components.pieces import el, icon, kbd, text, tool
from omnichat.messages import Effort
from omnichat.ranges import Limits
from pages.frame import Frame
from services.models.defaults import Preset
from services.models.fitting import ANYTHING, in_words
from services.models.parameters import Parameters

PAUSE = 0.5  # seconds of quiet before a change is written
WORDS = Words(
    label="Instructions for every chat",
    hint="Sent before every prompt, unless a lane has a role of its own.",
    example="For example: Answer briefly. Use the metric system. Say when you are not sure.",
)


async def draw_parameters(frame: Frame, rest: Sequence[str]) -> bool:
    """Let the person set what goes for all lanes; it applies at once, and names what cannot be read."""
    if rest:
        return False
    await _Room(frame).draw()
    return True


class _Room:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._defaults = frame.services.defaults
        self._pause: asyncio.TimerHandle | None = None
        with frame.bar:
            self._saved = el("span", "o-r o-small o-3", role="status")

    async def draw(self) -> None:
        text("Parameters for new lanes", "o-head", tag="h2")
        with el("div", "o-card pad"):
            self._fields = ParameterFields(
                await self._defaults.of(self._frame.who),
                Parameters(),
                limits=self._limits,
                words=WORDS,
                changed=self._changed,
            )
        with el("div", "o-r o-small o-3"):
            text("A lane's own values win over these, and what a model does not take is left out.")
            with el("span", "o-r o-wide"):
                text("Open them with", tag="span")
                kbd("P")
        text("Presets", "o-title", tag="h3")
        self._presets = el("div", "o-card")
        await self._fields.follow()
        await self._show_presets()

    async def _limits(self, effort: Effort | None) -> Limits:
        return ANYTHING

    def _changed(self) -> None:
        if self._pause:
            self._pause.cancel()
        self._pause = asyncio.get_running_loop().call_later(PAUSE, self._write)

    def _write(self) -> None:
        background_tasks.create(self._keep(), name="defaults")

    async def _keep(self) -> None:
        parameters = self._fields.read(leading=False)
        self._saved.clear()
        if parameters is None:
            return
        await self._defaults.set(self._frame.who, parameters)
        with self._saved:
            text("Saved", tag="span")
            icon("cloud_done", "s")

    async def _show_presets(self) -> None:
        presets = await self._defaults.presets(self._frame.who)
        self._presets.clear()
        with self._presets:
            if not presets:
                text(
                    "None yet. A lane's settings can be kept under a name, and given to any other lane.", "o-line2 o-2"
                )
            for preset in presets:
                with el("div", "o-line2"):
                    with el("div", "o-grow"):
                        text(preset.name, "o-strong o-cut")
                        text(in_words(preset.parameters) or "Nothing set", "o-small o-3")
                    tool("delete", f"Delete {preset.name}", on=partial(self._drop, preset))

    async def _drop(self, preset: Preset) -> None:
        await self._defaults.drop_preset(self._frame.who, preset.name)
        await self._show_presets()
        self._frame.toasts.show(f"“{preset.name}” is deleted.", label="Undo", act=partial(self._bring_back, preset))

    async def _bring_back(self, preset: Preset) -> None:
        await self._defaults.keep_preset(self._frame.who, preset)
        if not self._presets.is_deleted:
            await self._show_presets()
