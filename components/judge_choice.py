"""Which model judges."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from components.marks import mark_html
from components.monograms import letters
from components.pieces import attrs, el, icon, raw, text

LONGEST_NAME = 160


class JudgeChoice:
    """The judge's name on a button; pressed, it asks the page to let the person choose another."""

    def __init__(self, model: str, name: str, *, pick: Callable[[], object]) -> None:
        self.model = model
        with el("div", "o-field"):
            text("Judge", tag="label")
            with el("button", "o-input o-judge-name", type="button", aria_haspopup="dialog") as self._button:
                self._face = raw("", "o-r o-grow")
                icon("unfold_more", "s o-3")
        self._button.on("click", pick)
        self._draw(name)

    def take(self, model: str, name: str) -> None:
        """Let this model judge."""
        self.model = model
        self._draw(name)
        self._button.run_method("focus")

    def _draw(self, name: str) -> None:
        attrs(self._button, aria_label=f"Judge: {name[:LONGEST_NAME]}" if name else "Choose a judge")
        self._face.set_content(_face(self.model, name) if name else "<span class='o-3'>Choose a model</span>")


def _face(model: str, name: str) -> str:
    return (
        f'{mark_html(letters(name), model, "s")}<span class="o-cut">{escape(name[:LONGEST_NAME])}</span>'
        f'<span class="o-from o-cut o-grow">{escape(model[:LONGEST_NAME])}</span>'
    )
