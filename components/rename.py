"""A name for something, asked in a small dialog."""

from __future__ import annotations

from collections.abc import Callable

from components.fields import Field
from components.panel import panel
from components.pieces import attrs, button, el, text


def ask_name(heading: str, name: str, save: Callable[[str], object], *, label: str = "Name", most: int = 80) -> None:
    """Open a dialog that hands the new name to ``save``."""
    with panel(heading) as dialog:
        with el("div", "o-form"):
            field = Field(label, value=name)
            attrs(field.input, autofocus=True, maxlength=most)

        def done() -> object:
            dialog.close()
            return save(field.value)

        field.input.on("keydown.enter", done)
        with el("footer"):
            text("", "o-grow")
            button("Save", "main", on=done)
