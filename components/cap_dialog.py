"""How much one prompt may cost, and what happens to one that may cost more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from components.fields import Field
from components.panel import panel
from components.pieces import attrs, button, el, text
from components.segments import Segments
from services.chats.chat_settings import ChatSettings, OverCap

CHOICES = {OverCap.REFUSE.value: "Do not send", OverCap.DROP.value: "Leave out the dearest lanes"}


def ask_cap(settings: ChatSettings, save: Callable[[ChatSettings], object]) -> None:
    """Open a dialog that hands the settings with the new cap to ``save``."""
    heading = "Cap per prompt"
    with panel(heading) as dialog:
        with el("div", "o-form"):
            field = Field(
                "At most, in US dollars",
                "For all lanes together, as estimated before sending. Empty for no cap.",
                value="" if settings.cap is None else f"{settings.cap:.6f}".rstrip("0").rstrip("."),
            )
            attrs(field.input, autofocus=True, inputmode="decimal")
            over = Segments("A prompt that may cost more", CHOICES, settings.over_cap.value, on=lambda: None)

        def done() -> object:
            try:
                cap = _read(field.value)
            except ValueError:
                field.complain("Write an amount like 0.05, or nothing.")
                return None
            dialog.close()
            return save(replace(settings, cap=cap, over_cap=OverCap(over.value)))

        field.input.on("keydown.enter", done)
        with el("footer"):
            text("", "o-grow")
            button("Save", "main", on=done)


def _read(words: str) -> float | None:
    if not words:
        return None
    amount = float(words.lstrip("$").replace(",", "."))
    if not 0 <= amount < 10**6:
        raise ValueError(words)
    return amount
