"""A table whose cells can be pressed; on a phone each row is a card."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from nicegui.element import Element

from components.pieces import el, text


@contextmanager
def table(name: str, columns: Sequence[str]) -> Generator[None, None, None]:
    """Draw the head, and enter the body; a column without a name holds what can be done."""
    with el("div", "o-card"), el("table", "o-table o-table-top", aria_label=name):
        with el("thead"), el("tr"):
            for column in columns:
                with el("th", scope="col"):
                    text(column or "Actions", "" if column else "o-unseen", tag="span")
        with el("tbody"):
            yield


def cell(label: str, words: str | None = None, style: str = "") -> Element:
    """Draw one cell, with words in it if there are any; the label stands before it on a phone.

    One without a label is for what can be done.
    """
    with el("td", "o-deeds" if not label else "", data_label=label) as made:
        if words is not None:
            text(words, f"o-cell {style}")
    return made
