"""‹ 2/3 ›: the way from one version to the next."""

from __future__ import annotations

from collections.abc import Callable

from components.pieces import el, enable, text, tool


class Steps:
    """Lead from version to version of ``what``; not there while there is only one."""

    def __init__(self, what: str, step: Callable[[int], object]) -> None:
        self._root = el("span", "o-steps")
        self._what = what
        self._step = step
        self._built = False

    def show(self, at: int, count: int) -> None:
        """Show which version of how many is on screen."""
        self._root.set_visibility(count > 1)
        if count < 2:
            return
        if not self._built:
            self._build()
        self._place.set_text(f"{at + 1}/{count}")
        enable(self._back, at > 0)
        enable(self._forth, at < count - 1)

    def _build(self) -> None:
        self._built = True
        with self._root:
            self._back = tool("chevron_left", f"Earlier {self._what}", "tight", on=lambda: self._step(-1))
            self._place = text("", tag="span")
            self._forth = tool("chevron_right", f"Later {self._what}", "tight", on=lambda: self._step(1))
