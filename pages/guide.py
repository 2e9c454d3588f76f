"""The user's guide: the files of ``pages/help``, shown as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from components.code_view import CodeView
from components.pieces import el
from components.prose import Prose, segments
from components.prose_view import ProseView

HELP: Final = Path(__file__).parent / "help"
FOR_OPERATORS: Final = ("admin", "deploy", "library", "plugins")  # after what everybody reads


def draw_guide() -> None:
    """Show the guide: the way to begin first, what runs and extends the app last."""
    files = sorted(HELP.glob("*.md"), key=lambda path: (path.stem != "start", path.stem in FOR_OPERATORS, path.stem))
    with el("article", "o-guide"):
        for file in files:
            for segment in segments(file.read_text(encoding="utf-8")):
                if isinstance(segment, Prose):
                    ProseView(segment.html)
                else:
                    CodeView(segment)
