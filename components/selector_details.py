"""What is known of the model at hand, beside the list; on a phone a sheet from below."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from components.figures import description_list
from components.marks import mark_html
from components.model_figures import SKILLS, facts, last_seen, name_of, since, warning
from components.monograms import letters
from components.pieces import ICONS, attrs, button, el, link, raw, tool
from services.models.selection import Hit
from services.models.speeds import Speed

LONGEST_ID = 400


class SelectorDetails:
    """Capabilities with icons and words, sizes, prices, dates, speed; a star and a way to the documentation."""

    def __init__(
        self, *, favour: Callable[[], object], pick: Callable[[], object], close: Callable[[], object]
    ) -> None:
        self._shown: object = None
        self.root = el("section", "o-sheet o-about", aria_label="Details")
        with self.root:
            self.close = tool("close", "Close the details", "big o-phone o-sheet-x", on=close)
            self._body = raw("", "o-c o-about-body")
            with el("div", "o-r o-wrap") as self._acts:
                self._pick = button("Add", "main small o-phone", "add", on=pick)
                self._star = button("Favourite", "small", "star", on=favour)
                self._docs = link("Documentation", "", "o-btn small quiet", away=True)
        self._acts.set_visibility(False)

    def show(self, hit: Hit | None, *, favourite: bool, picked: int, speed: Speed | None) -> None:
        """Show a model, or nothing."""
        shown = (hit, favourite, picked, speed)
        if shown == self._shown:
            return
        self._shown = shown
        self._acts.set_visibility(hit is not None)
        self._body.set_content(_about(hit, speed) if hit else "")
        if not hit:
            return
        attrs(self._star, aria_pressed=favourite)
        self._star.classes(add="starred") if favourite else self._star.classes(remove="starred")
        docs = hit.source.provider.docs_url if hit.source else ""
        attrs(self._docs, href=docs if docs.startswith(("https://", "http://")) else None)
        self._docs.set_visibility(bool(docs))
        attrs(self._pick, title=f"Picked {picked} times" if picked else None)


def _about(hit: Hit, speed: Speed | None) -> str:
    entry, name = hit.entry, name_of(hit.entry)
    origin = [hit.source.title if hit.source else "On no list", since(entry.released)]
    skills = "".join(
        f'<span class="o-pill"><i class="o-icon s" aria-hidden="true">{ICONS[symbol]}</i>{words}</span>'
        for skill, symbol, words in SKILLS
        if skill in entry.can
    )
    alarm = warning(entry)
    return (
        f'<div class="o-r o-loose">{mark_html(letters(name), entry.id, "l")}<div class="o-grow">'
        f'<h3 class="o-title o-about-name"><bdi>{escape(name)}</bdi></h3>'
        f'<div class="o-small o-3">{escape(" · ".join(part for part in origin if part))}</div></div></div>'
        f'<div class="o-mono o-3 o-about-id"><bdi>{escape(entry.id[:LONGEST_ID])}</bdi></div>'
        + (f'<div class="o-note warn">{_icon("event_busy")}<span>{alarm}</span></div>' if alarm else "")
        + (f'<div class="o-r o-wrap o-tight" role="group" aria-label="Can do">{skills}</div>' if skills else "")
        + '<div class="o-rule"></div>'
        + description_list(facts(entry, speed, local=hit.local), "o-facts")
        + f'<div class="o-micro">{last_seen(hit.seen)}</div>'
    )


def _icon(name: str) -> str:
    return f'<i class="o-icon" aria-hidden="true">{ICONS[name]}</i>'
