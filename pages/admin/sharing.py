"""Administration: for whom a key of the server is."""

from __future__ import annotations

from collections.abc import Collection

from components.check_list import choose_several
from components.menu import Choice
from pages.frame import Frame
from services.models.keys import SavedKey


class Sharing:
    """What the rows of keys say of groups, and the dialog that changes it."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._shares = frame.services.people.shares
        self._groups: dict[str, str] = {}
        self._of_key: dict[str, list[str]] = {}

    async def refresh(self) -> None:
        """Read what is so now."""
        groups = await self._frame.services.people.groups.all(self._frame.who)
        self._groups = {group.uid: group.name for group in groups}
        self._of_key = await self._shares.groups(self._frame.who)

    def words(self, key: SavedKey) -> str:
        """Return for whom the key is."""
        names = sorted(self._groups.get(uid, "") for uid in self._of_key.get(key.uid, ()))
        return f"for {', '.join(names)}" if names else "for everybody"

    def choice(self, key: SavedKey) -> Choice:
        """Return the line of the menu that changes it."""
        return Choice("group", "Share with groups", lambda: self._ask(key))

    def _ask(self, key: SavedKey) -> None:
        async def share(uids: Collection[str]) -> None:
            await self._shares.share(self._frame.who, key.uid, uids)
            self._frame.toasts.show(f"“{key.name}” is shared.")

        with self._frame.client:
            choose_several(
                f"Who may use “{key.name}”?",
                "Nobody chosen means everybody. Admins may use every key.",
                self._groups,
                self._of_key.get(key.uid, ()),
                share,
                nothing="There is no group yet. Make one under Groups; until then the key is for everybody.",
            )
