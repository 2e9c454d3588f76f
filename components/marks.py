"""Models as marks on a page: letters on a hue, squares in a row."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from components.colours import hue_of
from components.monograms import monograms
from services.conversations import Conversation


def provider_of(model: str) -> str:
    """Return the provider's name in ``provider/model``."""
    return model.partition("/")[0]


def letters_for(conversation: Conversation) -> dict[str, str]:
    """Return two letters for each lane that is asked or has answered, by its uid, no two alike."""
    answered = {uid for turn in conversation.turns for uid in turn.replies}
    lanes = [lane for lane in conversation.lanes if not lane.removed or lane.uid in answered]
    return dict(zip((lane.uid for lane in lanes), monograms([lane.name for lane in lanes]), strict=True))


def mark_html(letters: str, model: str, size: str = "") -> str:
    """Return a monogram on its provider's hue as markup; size is s or l."""
    return f'<span class="o-mark {size} {hue_of(provider_of(model))}" aria-hidden="true">{escape(letters)}</span>'


def dots_html(models: Iterable[str]) -> str:
    """Return a small square a model as markup."""
    return f'<span class="o-dots">{"".join(map(_dot, models))}</span>'


def _dot(model: str) -> str:
    return f'<i class="{hue_of(provider_of(model))}"></i>'
