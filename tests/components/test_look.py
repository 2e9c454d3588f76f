import re
from itertools import product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from nicegui import app
from starlette.testclient import TestClient

from components import theme
from components.colours import DARK, HUES, LIGHT, contrast, hue
from components.pieces import ICONS

ROOT = Path(theme.__file__).parent.parent
NAMED = re.compile(
    r"""\b(?:icon|tool|row)\(\s*["']([a-z_]+)["']|\bbutton\([^()]*?,\s*["'][^"']*["'],\s*["']([a-z_]+)["']"""
    r"""|symbols=\(([^)]*)\)|\bsymbol=["']([a-z_]+)["']"""
)


def names() -> set[str]:
    sources = [path.read_text() for room in ("components", "pages") for path in (ROOT / room).rglob("*.py")]
    found = (group for source in sources for match in NAMED.finditer(source) for group in match.groups() if group)
    return {name for group in found for name in re.findall(r"[a-z_]+", group)}


def test_every_icon_that_is_asked_for_was_cut() -> None:
    assert names() - ICONS.keys() == set()


def test_the_font_draws_every_icon_in_the_list_and_no_other() -> None:
    drawn = TTFont(theme.FONTS / "icons.woff2").getBestCmap()
    assert {chr(code) for code in drawn} == set(ICONS.values())


@pytest.mark.parametrize(
    ("tokens", "ground"), list(product((LIGHT, DARK), ("canvas", "rail", "surface", "raised", "sunken")))
)
def test_words_are_readable_on_every_ground(tokens: dict[str, str], ground: str) -> None:
    for ink in ("text", "text-2", "text-3", "accent-text", "ok", "bad"):
        assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize(("name", "dark"), list(product(HUES, (False, True))))
def test_every_voice_is_readable_and_seen(name: str, dark: bool) -> None:
    colours, surface = hue(name, dark=dark), (DARK if dark else LIGHT)["surface"]
    assert contrast(colours["h-ink"], colours["h-tile"]) >= 4.5
    assert contrast(colours["h-thread"], surface) >= 3


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_focus_and_edges_of_fields_can_be_seen(tokens: dict[str, str]) -> None:
    for edge, ground in product(("accent", "line-strong"), ("surface", "canvas", "raised")):
        assert contrast(tokens[edge], tokens[ground]) >= 3


def test_both_themes_know_the_same_tokens_and_sheets_use_no_others() -> None:
    assert LIGHT.keys() == DARK.keys()
    used = set(re.findall(r"var\(--([\w-]+)", theme.stylesheet()))
    assert used <= LIGHT.keys() | theme.FIXED.keys() | {"h-ink", "h-tile", "h-thread"}


def test_the_sheets_know_neither_left_nor_right() -> None:
    for path in theme.LOOK.glob("*.css"):
        assert not re.search(r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)", path.read_text())


def test_motion_stops_for_those_who_ask() -> None:
    assert "@media (prefers-reduced-motion:reduce){" in theme.stylesheet()


def test_sheet_and_fonts_are_served_for_good_under_names_that_change_with_them() -> None:
    theme.install()
    browser = TestClient(app)
    (address,) = {path for route in app.routes if (path := getattr(route, "path", "")).startswith("/look/")}
    sheet = browser.get(address)
    assert "immutable" in sheet.headers["cache-control"]
    assert sheet.text == theme.stylesheet()
    for font in re.findall(r"url\((/fonts/[^)]+)\)", sheet.text):
        answer = browser.get(font)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["cache-control"]


def test_the_sheet_is_whole() -> None:
    sheet = theme.stylesheet()
    assert sheet.count("{") == sheet.count("}")
    assert len(sheet) < 62_000
