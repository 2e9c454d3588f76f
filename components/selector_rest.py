"""What a list of models says when there is more, less or nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from nicegui import ui

from components.pieces import ICONS, button, el, link, raw, text
from services.models.offers import Offer
from services.models.selection import Found

SHOWN_PROBLEMS = 12
LONGEST = 120


class SelectorRest:
    """Below the rows: more of them, that nothing matches, who is still asked, and who could not be."""

    def __init__(self, *, more: Callable[[], object], clear: Callable[[], object]) -> None:
        self._more, self._clear = more, clear
        self._shown: object = None
        self._root = el("div", "o-rest")

    def show(
        self, offers: Sequence[Offer], found: Found, *, words: str, narrowed: bool, loading: bool, room: bool
    ) -> None:
        """Show what there is to say, if it changed."""
        left = found.count - len(found.hits)
        waiting = tuple(offer.source.title for offer in offers if not offer.entries and not offer.problem and loading)
        problems = tuple(f"{offer.source.title}: {offer.problem}" for offer in offers if offer.problem)
        asked = bool(words.strip() or narrowed)
        shown = (left, waiting, problems, asked, words if not found.count else "", bool(offers), room, loading)
        if shown == self._shown:
            return
        self._shown = shown
        self._root.clear()
        with self._root:
            if left:
                self._draw_more(left, room=room)
            elif not found.count:
                self._draw_nothing(words.strip(), asked=asked, waiting=waiting, reach=bool(offers), loading=loading)
            if waiting and (found.count or asked):
                text(_asking(waiting), "o-small o-3 o-pad")
            if problems and not asked:
                _draw_problems(problems)

    def _draw_more(self, left: int, *, room: bool) -> None:
        if not room:
            text(f"{left:,} more. Search or filter to narrow the list.", "o-small o-3 o-pad")
            return
        with el("q-intersection", "o-more").on("visibility", lambda event: event.args and self._more()):
            button(f"Show more of {left:,}", "small quiet", "expand_more", on=self._more)

    def _draw_nothing(self, words: str, *, asked: bool, waiting: Sequence[str], reach: bool, loading: bool) -> None:
        with el("div", "o-c o-middle o-nothing"):
            if asked:
                told = f"No model matches “{words[:LONGEST]}”." if words else "No model fits these filters."
                text(told, "o-2 o-nothing-words")
                button("Clear search and filters", "small", on=self._clear)
            elif loading:
                raw(
                    "<i></i><i></i><i></i><i></i>",
                    "o-bones",
                )
                text(_asking(waiting), "o-small o-3")
            elif reach:
                text("Nobody in reach lists a model.", "o-2")
                link("Providers & keys", "/settings/providers", "o-btn small")
            else:
                text("No provider is in reach yet", "o-title")
                text("Save a provider's key, or say where a server of your own is.", "o-2 o-centre")
                link("Settings → Providers & keys", "/settings/providers", "o-btn main")
            text("Any model can be typed: provider/model.", "o-small o-3")


def hits_told(found: Found) -> str:
    """Say how many models fit, and what was understood of the words."""
    told = f": {found.told}" if found.told else ""
    return f"{found.count:,} {'model' if found.count == 1 else 'models'} of {found.total:,}{told}"


def all_told(found: Found, silent: int) -> str:
    """Say how many models there are, and how many sources did not answer."""
    if not found.total:
        return ""
    missing = f" · {silent} {'provider' if silent == 1 else 'providers'} did not answer" if silent else ""
    return f"{found.total:,} {'model' if found.total == 1 else 'models'}{missing}"


def _asking(waiting: Sequence[str]) -> str:
    """Say who is being asked, by name if it is one."""
    if len(waiting) == 1:
        return f"Asking {waiting[0][:LONGEST]} what it offers …"
    return f"Asking {len(waiting) or 'the'} providers what they offer …"


def _draw_problems(problems: Sequence[str]) -> None:
    """Say who could not be asked, in one line that opens."""
    lines = "".join(f"<li><bdi>{escape(problem[:400])}</bdi></li>" for problem in problems[:SHOWN_PROBLEMS])
    who = "One provider could" if len(problems) == 1 else f"{len(problems)} providers could"
    more = f' <i class="o-icon s" aria-hidden="true">{ICONS["expand_more"]}</i>'
    is_open = " open" if len(problems) <= 2 else ""
    ui.html(
        f"<details{is_open}><summary>{who} not be asked for a fresh list{more}</summary><ul>{lines}</ul></details>",
        sanitize=False,
    ).classes("o-note warn o-problems")
