"""Fireworks' endpoints: sound is heard on other hosts, pictures are drawn by workflows.

See https://docs.fireworks.ai/api-reference.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import HEARS, TEXTS, OpenAIEndpoints
from omnichat.errors import ServerError
from omnichat.media_answers import Image, ImagesResponse
from omnichat.pictures import ratio
from omnichat.provider import Call, Drawing, Wish
from omnichat.wire_json import words

HEARING = "https://audio-prod.us-virginia-1.direct.fireworks.ai/v1"
OURS = {"n", "size", "response_format", "quality", "user"}


@dataclass(frozen=True, kw_only=True)
class FireworksEndpoints(OpenAIEndpoints):
    """OpenAI's shapes, but for pictures: one call draws one."""

    offers: Capability = TEXTS | HEARS | Capability.IMAGES
    bases: Mapping[str, str] = field(
        default_factory=lambda: {"/audio/transcriptions": HEARING, "/audio/translations": HEARING}
    )

    @override
    def draw(self, model: str, wish: Wish) -> Drawing:
        name = model if "/" in model else f"accounts/fireworks/models/{model}"
        rest = {key: value for key, value in wish.items() if key not in OURS}
        shape = {"aspect_ratio": found} if (found := ratio(words(wish.get("size")))) else {}
        images = []
        for _ in range(int(wish.get("n") or 1)):
            path = f"/workflows/{quote(name, safe='/')}/text_to_image"
            told = (yield Call(path, {**shape, **rest}, headers={"Accept": "application/json"})).object()
            drawn = told.get("base64")
            images += [one for one in (drawn if isinstance(drawn, list) else [drawn]) if isinstance(one, str)]
        if not images:
            raise ServerError("drew nothing", provider="")
        return ImagesResponse(data=[Image(b64_json=image) for image in images], created=int(time.time()))
