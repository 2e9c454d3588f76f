"""What a person would see of elements, read from their state on the server."""

import re
from html import unescape
from html.parser import HTMLParser

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from typing_extensions import override

TAGS = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "hr",
    "br",
    "strong",
    "em",
    "s",
    "a",
    "code",
    "pre",
    "div",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "math",
    "mrow",
    "mi",
    "mo",
    "mn",
    "mtext",
    "mspace",
    "msup",
    "msub",
    "msubsup",
    "mfrac",
    "msqrt",
    "mroot",
    "mover",
    "munder",
    "munderover",
    "mstyle",
    "mtable",
    "mtr",
    "mtd",
    "mpadded",
    "mphantom",
    "menclose",
}
ATTRIBUTES = {"class", "href", "target", "rel", "title", "start", "tabindex"}
MATH = {"display", "stretchy", "fence", "form", "mathvariant", "width", "columnalign", "rowspacing", "displaystyle"}
MATH |= {"columnspacing", "linethickness", "scriptlevel", "movablelimits", "lspace", "rspace", "separator", "accent"}
CLASSES = re.compile(r"(o-[a-z-]+|[a-z]{1,3}\d?|scroll|task|center|end|tex)?")


class Inspector(HTMLParser):
    """Reads HTML as a browser would and writes down whatever a model must not be able to put there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(tag)
        for name, value in attrs:
            known = name in ATTRIBUTES or (tag.startswith("m") and name in MATH)
            if not known or (
                name == "href" and not (value or "").lower().startswith(("http://", "https://", "mailto:"))
            ):
                self.found.append(f"{tag} {name}={value}")
            if name == "class" and not all(CLASSES.fullmatch(one) for one in (value or "").split()):
                self.found.append(f"{tag} class={value}")
        if tag == "a" and ("rel", "noopener noreferrer nofollow") not in attrs:
            self.found.append("a link that tells where it was")

    @override
    def handle_comment(self, data: str) -> None:
        self.found.append("comment")

    @override
    def handle_decl(self, decl: str) -> None:
        self.found.append("declaration")


def dangers(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


def pages(element: Element) -> list[str]:
    return [one.content for one in element.descendants(include_self=True) if isinstance(one, ui.html)]


def visible(element: Element) -> str:
    parts = []
    for one in element.descendants(include_self=True):
        if isinstance(one, ui.html):
            parts.append(words(one.content))
        elif isinstance(one, TextElement) and one.tag != "button":
            parts.append(one.text + ("\n" if one.tag == "div" else ""))
    return "".join(parts)


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"</?(?:p|li|h\d|td|th|div|pre)\b[^>]*>", "\n", html)))
