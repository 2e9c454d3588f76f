"""All branches of a chat in one drawing, to walk to any turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

from nicegui import ui
from nicegui.element import Element

from components.pieces import attrs, el, icon, raw, text, tool
from services.chats.branches import Knot

LONGEST_PROMPT = 160  # characters
DEEPEST = 12  # levels that are drawn; deeper ones stand below one another
BRANCH = '<i class="o-branch" aria-hidden="true"></i>'
FURTHEST = 10**6
STEPS = {"down": 1, "up": -1, "home": -FURTHEST, "end": FURTHEST}


class ChatTree:
    """A dialog with one line a turn; arrow keys move, Enter and a click ``walk`` to the turn with this uid."""

    def __init__(self, knots: Sequence[Knot], walk: Callable[[str], object]) -> None:
        self._knots = knots
        self._walk = walk
        self._at = max((at for at, knot in enumerate(knots) if knot.in_sight), default=0)
        heading = "Branches of this chat"
        with ui.dialog() as self.dialog, el("div", "o-panel part o-branches", role="dialog", aria_label=heading):
            with el("header"):
                icon("call_split")
                text(heading, "o-title o-grow", tag="h2")
                tool("close", "Close", on=self.dialog.close)
            text(_summary(knots), "o-small o-2 o-pad", role="note")
            with el("div", "o-tree", role="tree", aria_label="Turns") as tree:
                self._rows = [self._row(at, knot) for at, knot in enumerate(knots)]
        for name, step in STEPS.items():
            tree.on(f"keydown.{name}.prevent", partial(self._move, step))
        tree.on("keydown.left.prevent", self._to_parting)
        tree.on("keydown.right.prevent", self._to_branch)
        for name in ("enter", "space"):
            tree.on(f"keydown.{name}.prevent", lambda: self._choose(self._at))
        self.dialog.on("show", lambda: self._rows[self._at].run_method("focus"))
        self.dialog.on("hide", self.dialog.delete)

    def _row(self, at: int, knot: Knot) -> Element:
        prompt = " ".join(knot.turn.prompt[:LONGEST_PROMPT].split())
        told = _told(knot)
        with el("div", f"o-knot {'on' if knot.in_sight else ''}", role="treeitem") as row:
            raw(
                BRANCH
                * (min(knot.level, DEEPEST) - 1)
                + f'<i class="o-dot" aria-hidden="true"></i><span class="o-num o-3">{knot.number}</span>'
                f'<span class="o-grow o-knot-words"><span class="o-grow o-cut">{escape(prompt)}</span>'
                f'<span class="o-small o-3 o-num o-fixed">{escape(" · ".join(told))}</span></span>',
                "o-r o-grow",
            )
        sight = ["in sight"] if knot.in_sight else []
        attrs(row, aria_level=knot.level, tabindex=0 if at == self._at else -1, title=prompt)
        attrs(row, aria_label=", ".join([f"Turn {knot.number}: {prompt}", *told, *sight]))
        attrs(row, aria_current="true" if at == self._at else None)
        return row.on("click", partial(self._choose, at))

    def _move(self, step: int) -> None:
        self._focus(min(max(self._at + step, 0), len(self._rows) - 1))

    def _to_parting(self) -> None:
        """Go back to the turn after which ways parted."""
        level = self._knots[self._at].level
        self._focus(next((at for at in range(self._at, -1, -1) if self._knots[at].level < level), 0))

    def _to_branch(self) -> None:
        """Go on to the first of the ways that part below."""
        level = self._knots[self._at].level
        below = range(self._at + 1, len(self._knots))
        self._focus(next((at for at in below if self._knots[at].level > level), self._at))

    def _focus(self, at: int) -> None:
        attrs(self._rows[self._at], tabindex=-1)
        self._at = at
        attrs(self._rows[at], tabindex=0)
        self._rows[at].run_method("focus")

    def _choose(self, at: int) -> object:
        self.dialog.close()
        return self._walk(self._knots[at].turn.uid)


def _told(knot: Knot) -> list[str]:
    told = [f"wording {knot.wording} of {knot.wordings}"] if knot.wordings > 1 else []
    told.append(_counted(knot.answers, "answer"))
    if knot.versions > knot.answers:
        told.append(_counted(knot.versions, "version"))
    return told


def _summary(knots: Sequence[Knot]) -> str:
    ends = sum(at + 1 == len(knots) or knots[at + 1].number <= knot.number for at, knot in enumerate(knots))
    count = _counted(len(knots), "turn")
    if ends < 2:
        return f"{count} in one branch. Word a prompt anew, and it gets a branch beside the old one."
    return f"{count} in {ends} branches. Those in sight are marked; choose any to go there."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
