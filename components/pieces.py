"""The smallest pieces of screen; each returns the element it made. Any text may be hostile: it stays text."""

import json
from collections.abc import Callable
from html import escape
from pathlib import Path

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from components.colours import hue_of

Attribute = str | float | bool | None
Act = Callable[[], object]

ICONS: dict[str, str] = json.loads((Path(__file__).parent / "look" / "icons.json").read_text(encoding="utf-8"))
LOGO = (
    '<svg viewBox="0 0 24 24" width="{size}" height="{size}" aria-hidden="true">'
    '<rect x="2" y="7" width="5" height="15" rx="2.5" fill="var(--accent)"/>'
    '<rect x="9.5" y="2" width="5" height="20" rx="2.5" fill="var(--text)"/>'
    '<rect x="17" y="11" width="5" height="11" rx="2.5" fill="var(--line-strong)"/></svg>'
)


def el(tag: str = "div", style: str = "", **attributes: Attribute) -> Element:
    """Make a bare tag: no padding or shadow to undo."""
    return attrs(ui.element(tag).classes(style), **attributes)


def attrs(element: Element, **attributes: Attribute) -> Element:
    """Set attributes to exactly these values (``aria_label`` is ``aria-label``, ``for_`` is ``for``); None removes."""
    for name, value in attributes.items():
        key = name.rstrip("_").replace("_", "-")
        if isinstance(value, bool) and key.startswith("aria-"):
            value = str(value).lower()
        if value is None or value is False:
            element.props.pop(key, None)
        elif element.props.get(key) != value:
            element.props[key] = value
    return element


def text(content: str, style: str = "", tag: str = "div", **attributes: Attribute) -> TextElement:
    """Show words, in the tag that says what they are."""
    made = TextElement(tag=tag, text=content)
    attrs(made.classes(style), **attributes)
    return made


def raw(template: str, style: str = "", tag: str = "div", **values: object) -> ui.html:
    """Show our own markup, many static nodes for the price of one; the values put into its braces are escaped."""
    html = template.format(**{name: escape(str(value)) for name, value in values.items()}) if values else template
    return ui.html(html, sanitize=False, tag=tag).classes(style)


def icon(name: str, style: str = "") -> TextElement:
    """Draw one symbol, unseen by screen readers; KeyError if it was not cut (``python -m maintenance.cut_icons``)."""
    return text(ICONS[name], f"o-icon {style}", tag="i", aria_hidden=True)


def button(label: str, kind: str = "", symbol: str = "", on: Act | None = None, *, enabled: bool = True) -> Element:
    """Make a native button; kind is main, accent, soft, quiet, bad, with small or wide."""
    with el("button", f"o-btn {kind}", type="button", disabled=not enabled) as made:
        if symbol:
            icon(symbol, "s")
        text(label, tag="span")
    return made.on("click", on) if on else made


def tool(symbol: str, name: str, style: str = "", on: Act | None = None, *, enabled: bool = True) -> TextElement:
    """Make an icon button; its name is both tooltip and accessible name."""
    made = text(ICONS[symbol], f"o-tool o-icon {style}", tag="button", type="button", title=name, aria_label=name)
    enable(made, enabled)
    return made.on("click", on) if on else made


def enable(element: Element, on: bool = True) -> None:
    """Let a button be pressed, or not."""
    attrs(element, disabled=not on)


def relabel(made: Element, label: str) -> None:
    """Give a button other words."""
    words = list(made)[-1]
    assert isinstance(words, TextElement)
    if words.text != label:
        words.set_text(label)


def link(label: str, target: str, style: str = "", *, away: bool = False) -> TextElement:
    """Lead to a page of ours, or with ``away`` to one elsewhere; other schemes than http(s) lead nowhere."""
    safe = target if target.startswith(("/", "#", "https://", "http://")) and not target.startswith("//") else None
    made = text(label, style, tag="a", href=safe)
    if away:
        attrs(made, target="_blank", rel="noopener noreferrer nofollow")
    return made


def mark(letters: str, provider: str, size: str = "") -> TextElement:
    """Show a model's monogram on its provider's hue; size is s or l."""
    return text(letters, f"o-mark {size} {hue_of(provider)}", tag="span", aria_hidden=True)


def kbd(*keys: str) -> ui.html:
    """Show key caps."""
    return raw("".join(f'<span class="o-kbd">{escape(key)}</span>' for key in keys), "o-r o-tight o-fixed")


def meter(part: float, name: str, tone: str = "") -> ui.html:
    """Show how much of a whole is used, in per cent; tone is warn or ink."""
    return ui.html(_meter(part, name, tone), sanitize=False).classes("o-grow")


def note(content: str, symbol: str = "info", tone: str = "") -> Element:
    """Say one calm sentence that matters here; tone is accent, warn or bad."""
    with el("div", f"o-note {tone}") as made:
        icon(symbol)
        text(content, "o-grow")
    return made


def logo(size: int = 22) -> ui.html:
    """Draw three voices side by side."""
    return raw(LOGO, "o-fixed", size=size)


def _meter(part: float, name: str, tone: str) -> str:
    now = f"{min(100.0, max(0.0, part)):.0f}"
    return (
        f'<div class="o-meter {escape(tone)}" role="meter" aria-label="{escape(name)}" aria-valuemin="0"'
        f' aria-valuemax="100" aria-valuenow="{now}"><i style="width:{now}%"></i></div>'
    )
