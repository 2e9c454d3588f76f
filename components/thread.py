"""The turns of one conversation, the newest open and the earlier ones folded."""

from __future__ import annotations

from components.pieces import button, el
from components.turn_actions import TurnActions
from components.turn_view import TurnView
from services.chats.conversations import Conversation, Turn

PAGE = 30
MOST = 3 * PAGE


class Thread:
    """Show the last 30 turns, earlier ones on demand, and keep up with what changes."""

    def __init__(self, conversation: Conversation, actions: TurnActions) -> None:
        self._conversation = conversation
        self._actions = actions
        self._views: dict[str, TurnView] = {}
        self._first = max(0, len(conversation.path) - PAGE)
        self._earlier = el("div", "o-earlier")
        self._box = el("div", "o-thread")
        self._shape = ""
        self._most = MOST
        self._draw_earlier()
        self.sync()

    def sync(self) -> None:
        """Follow the path: turns that left it go, those that are new come, the others follow what changed."""
        self._lay_out()
        path = self._conversation.path
        self._first = max(0, min(self._first, len(path) - 1))
        wanted = path[self._first :]
        self._drop_others([turn.uid for turn in wanted])
        for view in self._views.values():
            view.refresh()
        for turn in wanted:
            if turn.uid not in self._views:
                for view in self._views.values():
                    view.fold()
                self._add(turn)
        if self._conversation.head in self._views:
            self._views[self._conversation.head].unfold()
        self._let_go()

    def _lay_out(self) -> None:
        """Another layout is another class above the cards; none of them is touched."""
        settings = self._conversation.settings
        shape = f"as-{settings.layout.value} {'locked' if settings.locked_scroll else ''}"
        if shape != self._shape:
            self._box.classes(remove=self._shape, add=shape)
            self._shape = shape

    def _drop_others(self, wanted: list[str]) -> None:
        """Take away what is not ``wanted``, and what would stand in the wrong place."""
        shown = list(self._views)
        same = next((at for at, pair in enumerate(zip(shown, wanted, strict=False)) if pair[0] != pair[1]), None)
        keep = min(len(shown), len(wanted)) if same is None else same
        for uid in shown[keep:]:
            self._views.pop(uid).root.delete()

    def bring_last(self) -> None:
        """Bring the newest turn into sight."""
        if self._views:
            next(reversed(self._views.values())).root.run_method("scrollIntoView", {"block": "end"})

    def bring(self, turn_uid: str) -> None:
        """Open a turn of the path and bring it into sight, however far above it lies."""
        at = [turn.uid for turn in self._conversation.path].index(turn_uid)
        if at < self._first:
            self._reach_back(self._first - at)
        view = self._views[turn_uid]
        view.unfold()
        view.root.run_method("scrollIntoView", {"block": "start"})

    def _let_go(self) -> None:
        """Keep the page light: take away what lies far above."""
        while len(self._views) > self._most:
            uid = next(iter(self._views))
            self._views.pop(uid).root.delete()
            self._first += 1
            self._draw_earlier()

    def _add(self, turn: Turn) -> None:
        kept_open = turn.uid in self._conversation.settings.opened
        folded = turn.uid != self._conversation.head and not (turn.running or kept_open)
        with self._box:
            self._views[turn.uid] = TurnView(self._conversation, turn, self._actions, folded=folded)

    def _draw_earlier(self) -> None:
        self._earlier.clear()
        if self._first:
            with self._earlier:
                button(
                    f"Show {min(PAGE, self._first)} earlier turns", "small quiet", "expand_less", on=self._show_earlier
                )

    def _show_earlier(self) -> None:
        self._reach_back(PAGE)

    def _reach_back(self, turns: int) -> None:
        """Show so many turns more; whoever asks for them has room for them."""
        self._views.clear()
        self._first = max(0, self._first - turns)
        self._most = max(MOST, len(self._conversation.path) - self._first)
        self._box.clear()
        self.sync()
        self._draw_earlier()
