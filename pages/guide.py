"""The user's guide: the files of ``pages/help``, shown as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from nicegui import app

from components.code_view import CodeView
from components.pieces import el
from components.prose import Prose, segments
from components.prose_view import ProseView

HELP: Final = Path(__file__).parent / "help"
PICTURES: Final = "/help/pictures"
PICTURE: Final = re.compile(r"^!\[(?P<alt>[^\]]*)\]\(pictures/(?P<name>[\w-]+\.png)\)$", re.MULTILINE)
FOR_OPERATORS: Final = ("admin", "deploy", "library", "plugins")  # after what everybody reads


def serve_pictures() -> None:
    """Serve the pictures of the guide."""
    app.add_static_files(PICTURES, HELP / "pictures")


def draw_guide() -> None:
    """Show the guide: the way to begin first, what runs and extends the app last."""
    files = sorted(HELP.glob("*.md"), key=lambda path: (path.stem != "start", path.stem in FOR_OPERATORS, path.stem))
    with el("article", "o-guide"):
        for file in files:
            _draw(file.read_text(encoding="utf-8"))


def _draw(words: str) -> None:
    """Show text, and pictures that stand on a line of their own."""
    at = 0
    for picture in PICTURE.finditer(words):
        _draw_words(words[at : picture.start()])
        el("img", "o-shot", src=f"{PICTURES}/{picture['name']}", alt=picture["alt"], loading="lazy")
        at = picture.end()
    _draw_words(words[at:])


def _draw_words(words: str) -> None:
    for segment in segments(words):
        if isinstance(segment, Prose):
            ProseView(segment.html)
        else:
            CodeView(segment)
