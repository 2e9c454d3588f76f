"""OpenRouter's endpoints: sound and pictures travel inside JSON.

See https://openrouter.ai/docs/api-reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import DRAWS, TEXTS, OpenAIEndpoints, Pictures
from omnichat.media_answers import Transcript, Transcription
from omnichat.provider import Call, Steps, Wish
from omnichat.shaping import shaped
from omnichat.uploads import Upload


def references(urls: Sequence[str]) -> dict[str, Any]:
    """Return pictures to be changed as OpenRouter wants them."""
    return {"input_references": [{"type": "image_url", "image_url": {"url": url}} for url in urls]}


@dataclass(frozen=True, kw_only=True)
class OpenRouterEndpoints(OpenAIEndpoints):
    """OpenAI's shapes, but for what is sent to be heard."""

    offers: Capability = TEXTS | DRAWS | Capability.TRANSCRIPTION | Capability.SPEECH
    paths: Mapping[str, str] = field(
        default_factory=lambda: {"/images/generations": "/images", "/images/edits": "/images"}
    )
    pictures: Pictures | None = references

    @override
    def transcribe(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str | Call]:
        sound = {"input_audio": {"data": file.base64(), "format": file.suffix or "wav"}}
        kept = {name: value for name, value in wish.items() if name not in {"response_format", "stream"}}
        heard = shaped(Transcription, (yield self._json("/audio/transcriptions", model, {**kept, **sound})).object())
        return heard.text if wish.get("response_format") == "text" else heard
