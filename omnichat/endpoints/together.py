"""Together's endpoints: a picture to be changed is named where one is drawn.

See https://docs.together.ai/reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import DRAWS, HEARS, TEXTS, OpenAIEndpoints, Pictures


def picture(urls: Sequence[str]) -> dict[str, Any]:
    """Return a picture to be changed as Together wants it."""
    return {"image_url": urls[0]}


@dataclass(frozen=True, kw_only=True)
class TogetherEndpoints(OpenAIEndpoints):
    """OpenAI's shapes."""

    offers: Capability = TEXTS | HEARS | DRAWS | Capability.SPEECH
    paths: Mapping[str, str] = field(default_factory=lambda: {"/images/edits": "/images/generations"})
    pictures: Pictures | None = picture
