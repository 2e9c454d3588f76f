"""Models as marks on a page: letters on a hue, squares in a row."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import islice

from components.colours import HUES, hue_of
from components.monograms import monograms
from services.chats.conversations import Conversation, Lane

MOST_DOTS = 8


def provider_of(model: str) -> str:
    """Return the provider's name in ``provider/model``."""
    return model.partition("/")[0]


def letters_for(conversation: Conversation) -> dict[str, str]:
    """Return two letters for each lane that is asked or has answered, by its uid, no two alike.

    Those of a persona are as its owner chose them.
    """
    answered = {uid for turn in conversation.turns for uid in turn.replies}
    lanes = [lane for lane in conversation.lanes if not lane.removed or lane.uid in answered]
    made = zip(lanes, monograms([lane.name for lane in lanes]), strict=True)
    return {lane.uid: lane.look.letters or letters for lane, letters in made}


def lane_hue(lane: Lane) -> str:
    """Name the class that sets a lane's three colours: those of its look, else its model's."""
    return f"h-{lane.look.hue}" if lane.look.hue in HUES else hue_of(provider_of(lane.model))


def lane_mark_html(lane: Lane, letters: str, size: str = "") -> str:
    """Return what stands for a lane as markup: its picture, or letters on its hue; size is s or l."""
    if lane.look.picture:
        return picture_html(lane.look.picture, size)
    return f'<span class="o-mark {size} {lane_hue(lane)}" aria-hidden="true">{escape(letters)}</span>'


def picture_html(digest: str, size: str = "") -> str:
    """Return a picture that was kept as markup."""
    return f'<img class="o-mark {size}" src="/pictures/{escape(digest)}" alt="" aria-hidden="true">'


def mark_html(letters: str, model: str, size: str = "") -> str:
    """Return a monogram on its provider's hue as markup; size is s or l."""
    return f'<span class="o-mark {size} {hue_of(provider_of(model))}" aria-hidden="true">{escape(letters)}</span>'


def dots_html(models: Iterable[str]) -> str:
    """Return a small square a model as markup, at most eight."""
    return f'<span class="o-dots">{"".join(map(_dot, islice(models, MOST_DOTS)))}</span>'


def _dot(model: str) -> str:
    return f'<i class="{hue_of(provider_of(model))}"></i>'
