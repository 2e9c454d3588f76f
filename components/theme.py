"""The look, installed once: tokens, style sheets and fonts, served by the installation itself."""

import re
from hashlib import sha256
from pathlib import Path

from nicegui import app, ui
from starlette.responses import Response

from components.colours import DARK, HUES, LIGHT, hue

LOOK = Path(__file__).parent / "look"
FONTS = LOOK / "fonts"
SHEETS = (
    "base",
    "controls",
    "chat",
    "lane",
    "layouts",
    "prose",
    "panels",
    "page",
    "settings",
    "catalogue",
    "selector",
    "tuning",
    "judge",
    "admin",
    "gate",
)
FACES = {"Inter": "inter-latin.woff2", "Geist Mono": "geist-mono-latin.woff2", "OmniChat Icons": "icons.woff2"}
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect x="2" y="7" width="5" height="15" rx="2.5"'
    ' fill="#3345d3"/><rect x="9.5" y="2" width="5" height="20" rx="2.5" fill="#8d887e"/>'
    '<rect x="17" y="11" width="5" height="11" rx="2.5" fill="#039e78"/></svg>'
)
YEAR = 365 * 24 * 3600
FIXED = {
    "micro": "11px",
    "small": "12px",
    "ui": "13px",
    "body": "14.5px",
    "title": "16px",
    "head": "20px",
    "display": "30px",
    "r-1": "6px",
    "r-2": "10px",
    "r-3": "16px",
    "fast": "120ms",
    "calm": "200ms",
    "ease": "cubic-bezier(.2,.7,.2,1)",
    "sans": "'Inter','Segoe UI',system-ui,-apple-system,'Noto Sans',sans-serif",
    "mono": "'Geist Mono',ui-monospace,'SF Mono','Cascadia Mono',Menlo,Consolas,monospace",
}


def install() -> None:
    """Serve fonts and style sheet for good (their addresses change with their content), and quiet Quasar down."""
    app.add_static_files("/fonts", FONTS, max_cache_age=YEAR)
    app.colors(
        primary=LIGHT["accent"],
        dark=DARK["surface"],
        dark_page=DARK["canvas"],
        positive=LIGHT["ok"],
        negative=LIGHT["bad"],
        warning=LIGHT["warn"],
    )
    sheet = stylesheet()
    address = f"/look/{_stamp(sheet.encode())}.css"
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
    app.add_api_route(address, lambda: Response(sheet, media_type="text/css", headers=headers), include_in_schema=False)
    font = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>'
    ui.add_head_html(
        font.format(_font("Inter"))
        + font.format(_font("OmniChat Icons"))
        + f'<link rel="stylesheet" href="{address}">',
        shared=True,
    )


def stylesheet() -> str:
    """Put tokens and sheets together as compact CSS: above Quasar, below utilities."""
    parts = (_read(name) for name in SHEETS)
    return f"{_faces()}{_tokens()}@layer base{{{_read('reset')}}}@layer components{{{''.join(parts)}}}"


def _tokens() -> str:
    """Turn the tokens into custom properties; dark follows the class Quasar puts on the body."""
    hues = (
        f".h-{name}{{{_declare(hue(name, dark=False))}}}body.body--dark .h-{name}{{{_declare(hue(name, dark=True))}}}"
        for name in HUES
    )
    light, dark = ({name: hue(name, dark=dark)["h-thread"] for name in HUES} for dark in (False, True))
    root = f":root{{{_declare(LIGHT | FIXED | light)}}}body.body--dark{{{_declare(DARK | dark)}}}"
    return f"{root}{''.join(hues)}"


def _faces() -> str:
    """Declare the fonts; icons stay unseen while they load, words don't wait."""
    return "".join(
        f'@font-face{{font-family:"{name}";src:url({_font(name)}) format("woff2");font-weight:100 900;'
        f"font-display:{'block' if 'Icons' in name else 'swap'}}}"
        for name in FACES
    )


def _font(name: str) -> str:
    return f"/fonts/{FACES[name]}?{_stamp((FONTS / FACES[name]).read_bytes())}"


def _stamp(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


def _declare(tokens: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def _read(name: str) -> str:
    """Read one sheet without comments and idle space."""
    css = re.sub(r"/\*.*?\*/", "", (LOOK / f"{name}.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css).replace(": ", ":")
    return re.sub(r";(?=})", "", re.sub(r" ?([{};,]) ?", r"\1", css)).strip()
