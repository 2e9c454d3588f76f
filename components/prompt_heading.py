"""A prompt as the headline of its answers; a long one is cut until somebody wants all of it."""

from __future__ import annotations

from components.pieces import attrs, el, text

LONGEST = 600  # characters
MOST_LINES = 6


class PromptHeading:
    """Show the prompt, whole if it is short."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._whole = False
        self._short = _cut(prompt)
        with el("div", "o-grow") as self.root:
            self._words = text(self._short, "o-ask", tag="h2")
            if self._short != prompt:
                with el("button", "o-btn small quiet", type="button").on("click", self._toggle) as self._more:
                    self._label = text("", tag="span")
                self._name()

    def _toggle(self) -> None:
        self._whole = not self._whole
        self._words.set_text(self._prompt if self._whole else self._short)
        self._name()
        self._words.run_method("scrollIntoView", {"block": "start"})

    def _name(self) -> None:
        label = "Show less" if self._whole else f"Show all {len(self._prompt):,} characters"
        self._label.set_text(label)
        attrs(self._more, aria_expanded=self._whole)


def _cut(prompt: str) -> str:
    lines = prompt.split("\n")
    short = "\n".join(lines[:MOST_LINES])[:LONGEST]
    return prompt if short == prompt else f"{short}…"
