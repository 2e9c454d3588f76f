"""A number that can be written, or drawn along a line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.fields import Field
from components.pieces import attrs


class Slide(Field):
    """A field with a line below it, whose stops are ``steps``; the line is for pointers, the field for everybody."""

    def __init__(
        self,
        label: str,
        steps: Sequence[float],
        *,
        value: str,
        placeholder: str,
        changed: Callable[[], object],
        resting: float,
    ) -> None:
        super().__init__(label, value=value, placeholder=placeholder)
        self._steps = steps
        self._resting = resting
        self._changed = changed
        self.box.classes("o-slide")
        attrs(self.input, inputmode="decimal")
        with self.box:
            self._line = ui.slider(min=0, max=len(steps) - 1, value=0).props("tabindex=-1")
        attrs(self._line, aria_hidden=True)
        self._line.on("update:model-value", self._drawn, throttle=0.05)
        self.input.on_value_change(self._written)
        self._follow()

    def lead(self, steps: Sequence[float]) -> None:
        """Lay the line over other ``steps``."""
        self._steps = steps
        self._line.props["max"] = len(steps) - 1
        self._follow()

    def _drawn(self, event: GenericEventArguments) -> None:
        number = self._steps[int(event.args)]
        self.input.set_value(f"{number:,.0f}" if number >= 100 else f"{number:g}")

    def _written(self) -> None:
        self.complain("")
        self._follow()
        self._changed()

    def _follow(self) -> None:
        """Let the line stand where the number is."""
        try:
            number = float(self.value.replace(",", "" if self._steps[-1] >= 100 else ".")) if self.value else None
        except ValueError:
            number = None
        self.box.classes(remove="set") if number is None else self.box.classes(add="set")
        at = bisect_left(self._steps, self._resting if number is None else number)
        self._line.set_value(min(at, len(self._steps) - 1))
