"""The turns of one conversation, the newest open and the earlier ones folded."""

from __future__ import annotations

from collections.abc import Callable

from components.pieces import button, el
from components.turn_view import TurnActions, TurnView
from services.conversations import Conversation
from services.hub import ReplyStream
from services.replies import ModelReply

PAGE = 30
MOST = 3 * PAGE


class Thread:
    """Show the last 30 turns, earlier ones on demand, and keep up with what changes."""

    def __init__(
        self,
        conversation: Conversation,
        actions: TurnActions,
        *,
        find: Callable[[ModelReply], ReplyStream | None],
        say: Callable[[str], None],
    ) -> None:
        self._conversation = conversation
        self._actions = actions
        self._find = find
        self._say = say
        self._views: dict[str, TurnView] = {}
        self._first = max(0, len(conversation.turns) - PAGE)
        self._lanes = self._lane_shape()
        self._earlier = el("div", "o-earlier")
        self._box = el("div", "o-thread")
        self._draw_earlier()
        self.sync()

    def sync(self) -> None:
        """Draw turns that are new, and let the others follow what changed."""
        lanes = self._lane_shape()
        rebuild, self._lanes = lanes != self._lanes, lanes
        for view in self._views.values():
            if rebuild:
                view.rebuild()
            else:
                view.refresh()
        for turn in self._conversation.turns[self._first :]:
            if turn.uid not in self._views:
                for view in self._views.values():
                    view.fold()
                self._add(turn.uid)
        self._let_go()

    def _let_go(self) -> None:
        """Keep the page light: take away what lies far above."""
        while len(self._views) > MOST:
            uid = next(iter(self._views))
            self._views.pop(uid).root.delete()
            self._first += 1
            self._draw_earlier()

    def _lane_shape(self) -> list[tuple[object, ...]]:
        return [
            (lane.uid, lane.name, lane.temperature, lane.system_prompt, lane.removed)
            for lane in self._conversation.lanes
        ]

    def _add(self, uid: str) -> None:
        turn = self._conversation.turn(uid)
        with self._box:
            self._views[uid] = TurnView(
                self._conversation,
                turn,
                folded=turn is not self._conversation.turns[-1] and not turn.running,
                find=self._find,
                actions=self._actions,
                say=self._say,
            )

    def _draw_earlier(self) -> None:
        self._earlier.clear()
        if self._first:
            with self._earlier:
                button(
                    f"Show {min(PAGE, self._first)} earlier turns", "small quiet", "expand_less", on=self._show_earlier
                )

    def _show_earlier(self) -> None:
        self._views.clear()
        self._first = max(0, self._first - PAGE)
        self._box.clear()
        self.sync()
        self._draw_earlier()
