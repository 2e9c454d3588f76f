"""The user's guide: the files of ``pages/help``, shown as they are."""

from __future__ import annotations

from pathlib import Path

from components.code_view import CodeView
from components.pieces import el
from components.prose import Prose, segments
from components.prose_view import ProseView

HELP = Path(__file__).parent / "help"


def draw_guide() -> None:
    """Show the guide, the way to begin first."""
    files = sorted(HELP.glob("*.md"), key=lambda path: (path.stem != "start", path.stem))
    with el("article", "o-guide"):
        for file in files:
            for segment in segments(file.read_text(encoding="utf-8")):
                if isinstance(segment, Prose):
                    ProseView(segment.html)
                else:
                    CodeView(segment)
