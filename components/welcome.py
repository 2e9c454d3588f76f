"""The first minute: nothing was asked yet, and there is something to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from components.figures import size
from components.monograms import letters
from components.pieces import button, el, icon, link, logo, mark, meter, text
from omnichat.provider import Provider
from services.models.local_models import LocalModelState, Phase

FREE: Final = "groq"
IDEAS = (
    (
        "compare_arrows",
        "Compare two answers",
        "Explain to a customer why we cannot refund the order, warmly and in three sentences.",
    ),
    ("code", "Ask about code", "Write a Python function that finds the longest common prefix of a list of words."),
    ("translate", "Change the tone", "Say this more politely: Send me the report today."),
    (
        "functions",
        "Check a calculation",
        "A price of 80 rises by 15 % and then falls by 15 %. What is it now? Show each step.",
    ),
)


class Welcome:
    """What an empty conversation shows: how the local model fares, how to bring a key, and four first prompts."""

    def __init__(self, fill: Callable[[str], object], retry: Callable[[], object]) -> None:
        self._retry = retry
        self._state: LocalModelState | None = None
        with el("div", "o-welcome"):
            with el("div", "o-c o-middle"):
                logo(38)
                text("Ask many. Keep the best.", "o-display", tag="h2")
                text("One prompt goes to every model you choose. The answers arrive side by side.", "o-2 o-lead")
            with el("div", "o-pair"):
                self._local = el("section", "o-card pad o-c")
                self._keys = el("section", "o-card pad o-c")
            with el("div", "o-c o-ideas"):
                text("Start with one of these", "o-small o-3")
                with el("div", "o-pair"):
                    for symbol, title, prompt in IDEAS:
                        self._idea(symbol, title, prompt, fill)

    def limit(self, *, local: bool, keys: Sequence[Provider]) -> None:
        """Offer the model on this computer, and keys of one's own for these providers, to those who may use them."""
        self._local.set_visibility(local)
        self._keys.set_visibility(bool(keys))
        self._keys.clear()
        with self._keys:
            _draw_keys(keys)

    def show(self, state: LocalModelState) -> None:
        """Show how far the local model is."""
        if state != self._state:
            self._state = state
            self._local.clear()
            with self._local:
                self._draw_local(state)

    def _draw_local(self, state: LocalModelState) -> None:
        with el("div", "o-r"):
            mark(letters(state.title or "Local"), "local")
            with el("div", "o-grow"):
                text(_TITLES[state.phase].format(title=state.title), "o-strong")
                text("Runs on this computer. Free, private, no account.", "o-small o-3")
        if state.phase is Phase.FETCHING:
            share = 100 * state.done / state.total if state.total else 0
            with el("div"):
                meter(share, f"{state.title} is being fetched")
            progress = f"{size(state.done)} of {size(state.total)}" if state.total else "Starting …"
            text(progress, "o-small o-2 o-num")
        else:
            text(
                "Ask it anything. Nothing you write leaves this computer."
                if state.phase is Phase.READY
                else state.words
            )
        if state.phase is Phase.FAILED:
            with el("div", "o-r"):
                button("Try again", "small", on=self._retry)

    def _idea(self, symbol: str, title: str, prompt: str, fill: Callable[[str], object]) -> None:
        with el("button", "o-mini", type="button").on("click", lambda: fill(prompt)):
            icon(symbol, "o-3")
            with el("span", "o-grow"):
                text(title, "o-strong")
                text(prompt, "o-small o-2")


def _draw_keys(providers: Sequence[Provider]) -> None:
    *others, last = [provider.title for provider in providers] or [""]
    free = next((each.keys_url for each in providers if each.name == FREE), None)
    with el("div", "o-r"):
        icon("key", "l o-3")
        with el("div", "o-grow"):
            text("Bring a key", "o-strong")
            text(f"Models of {', '.join(others)}{' and ' if others else ''}{last}.", "o-small o-3")
    text("It is sealed on this server, and used for your prompts alone.", "o-small o-2")
    with el("div", "o-r o-wrap"):
        link("Add a key", "/settings/providers", "o-btn small")
        if free:
            link("Get one free at Groq", free, "o-btn small quiet", away=True)


_TITLES = {
    Phase.FETCHING: "{title} is on its way",
    Phase.READY: "{title} is ready",
    Phase.FAILED: "{title} did not arrive",
    Phase.OFF: "No model on this computer",
    Phase.UNAVAILABLE: "No model on this computer",
}
