"""What one lane is called and how its model is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nicegui import ui

from components.pieces import button, el, text, tool
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
        add_again: Callable[[], object],
    ) -> None:
        self._lane = lane
        self._save = save
        with ui.dialog() as self.dialog, el("div", "o-panel part", role="dialog", aria_label="Settings of a lane"):
            with el("header"):
                with el("div", "o-grow"):
                    text(f"Settings of {lane.name}", "o-title o-cut", tag="h2")
                    text(lane.model, "o-small o-3 o-cut")
                tool("close", "Close", on=self.dialog.close)
            with el("div", "o-form"):
                self._draw_fields(lane)
            with el("footer"):
                button("Remove", "quiet bad", on=lambda: self._leave(lambda: remove(lane.uid)))
                button("Ask twice", "quiet", on=lambda: self._leave(add_again))
                text("", "o-grow")
                button("Save", "main", on=self._done)
        self.dialog.on("hide", self.dialog.delete)

    def _draw_fields(self, lane: Lane) -> None:
        with el("label", "o-field"):
            text("Name", tag="span")
            self._name = ui.input(value=lane.name).props("borderless dense maxlength=80").classes("o-input")
        with el("label", "o-field"):
            text("Temperature", tag="span")
            self._heat = ui.number(
                value=lane.temperature, min=0, max=HOTTEST, step=0.1, placeholder="Left to the model"
            )
            self._heat.props("borderless dense clearable").classes("o-input")
            text("0 is steady, 1 and above is lively. Left empty, the model decides.", tag="small")
        with el("label", "o-field"):
            text("Instructions", tag="span")
            self._system = ui.textarea(value=lane.system_prompt, placeholder="For example: Answer in three sentences.")
            self._system.props("borderless dense autogrow input-style='min-height:5.5em;max-height:40vh'").classes(
                "o-input"
            )
            text("Sent before every prompt, to this lane only.", tag="small")

    def _done(self) -> None:
        heat = self._heat.value
        if heat is not None and not 0 <= heat <= HOTTEST:
            self._heat.props('error error-message="Between 0 and 2"')
            return
        name = (self._name.value or "").strip() or self._lane.name
        changed = replace(self._lane, name=name, temperature=heat, system_prompt=(self._system.value or "").strip())
        self._leave(lambda: self._save(changed))

    def _leave(self, act: Callable[[], object]) -> None:
        self.dialog.close()
        act()
