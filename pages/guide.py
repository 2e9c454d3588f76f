"""The user's guide: the files of ``pages/help``, shown as they are."""

from __future__ import annotations

import re
from pathlib import Path
from struct import unpack
from typing import Final

from nicegui import app

from components.code_view import CodeView
from components.pieces import el
from components.prose import Prose, segments
from components.prose_view import ProseView

HELP: Final = Path(__file__).parent / "help"
PICTURES: Final = "/help/pictures"
PICTURE: Final = re.compile(r"^!\[([^\]\n]+)\]\(pictures/([\w-]+\.png)\)$", re.MULTILINE)
FOR_OPERATORS: Final = ("admin", "api", "deploy", "library", "plugins")  # after what everybody reads
DAY: Final = 24 * 3600


def serve_pictures() -> None:
    """Serve the guide's pictures."""
    app.add_static_files(PICTURES, HELP / "pictures", max_cache_age=DAY)


def draw_guide() -> None:
    """Show the guide: the way to begin first, what runs and extends the app last."""
    files = sorted(HELP.glob("*.md"), key=lambda path: (path.stem != "start", path.stem in FOR_OPERATORS, path.stem))
    with el("article", "o-guide"):
        for file in files:
            words, *others = PICTURE.split(file.read_text(encoding="utf-8"))
            _draw_words(words)
            for alt, picture, after in zip(others[::3], others[1::3], others[2::3], strict=True):
                _draw_picture(picture, alt)
                _draw_words(after)


def _draw_words(markdown: str) -> None:
    for segment in segments(markdown):
        if isinstance(segment, Prose):
            ProseView(segment.html)
        else:
            CodeView(segment)


def _draw_picture(name: str, alt: str) -> None:
    """Show a picture of ours; the page knows how large it will be before it has come."""
    with (HELP / "pictures" / name).open("rb") as file:
        width, height = unpack(">16xII", file.read(24))
    el("img", "o-picture", src=f"{PICTURES}/{name}", alt=alt, width=width, height=height, loading="lazy")
