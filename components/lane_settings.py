"""What one lane is called and how its model is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nicegui import ui

from components.fields import Area, Field
from components.pieces import attrs, button, el, text, tool
from services.conversations import Lane

HOTTEST = 2.0


class LaneSettings:
    """A dialog with a lane's name, temperature and instructions."""

    def __init__(
        self,
        lane: Lane,
        *,
        save: Callable[[Lane], object],
        remove: Callable[[str], object],
        add_again: Callable[[Lane], object],
    ) -> None:
        self._lane = lane
        self._save = save
        with (
            ui.dialog().props("persistent") as self.dialog,
            el("div", "o-panel part", role="dialog", aria_label="Settings of a lane"),
        ):
            with el("header"):
                with el("div", "o-grow"):
                    text(f"Settings of {lane.name}", "o-title o-cut", tag="h2")
                    text(lane.model, "o-small o-3 o-cut")
                tool("close", "Close", on=self.dialog.close)
            with el("div", "o-form"):
                self._draw_fields(lane)
            with el("footer"):
                button("Remove", "quiet bad", on=lambda: self._leave(lambda: remove(lane.uid)))
                button("Ask twice", "quiet", on=lambda: self._finish(add_again))
                text("", "o-grow")
                button("Save", "main", on=lambda: self._finish(self._save))
        self.dialog.on("hide", self.dialog.delete)
        self.dialog.on("keydown.esc", self.dialog.close)

    def _draw_fields(self, lane: Lane) -> None:
        self._name = Field("Name", value=lane.name)
        attrs(self._name.input, autofocus=True, maxlength=80)
        self._heat = Field(
            "Temperature",
            "0 is steady, 1 and above is lively. Left empty, the model decides.",
            value="" if lane.parameters.temperature is None else f"{lane.parameters.temperature:g}",
            placeholder="Left to the model",
        )
        attrs(self._heat.input, inputmode="decimal")
        self._heat.input.on_value_change(lambda: self._heat.complain(""))
        self._system = Area(
            "Instructions",
            "Sent before every prompt, to this lane only.",
            value=lane.parameters.system_prompt,
            placeholder="For example: Answer in three sentences.",
        )

    def _finish(self, act: Callable[[Lane], object]) -> object:
        """Do something with the lane as it is set now, if it is set well."""
        try:
            heat = float(self._heat.value.replace(",", ".")) if self._heat.value else None
        except ValueError:
            heat = -1.0
        if heat is not None and not 0 <= heat <= HOTTEST:
            self._heat.complain("A number from 0 to 2, or nothing.")
            return None
        parameters = replace(self._lane.parameters, temperature=heat, system_prompt=self._system.value)
        changed = replace(self._lane, name=self._name.value or self._lane.name, parameters=parameters)
        return self._leave(lambda: act(changed))

    def _leave(self, act: Callable[[], object]) -> object:
        self.dialog.close()
        return act()
