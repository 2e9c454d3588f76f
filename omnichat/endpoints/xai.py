"""xAI's endpoints: pictures nearly as OpenAI has them, speech by an API of its own.

See https://docs.x.ai/docs/api-reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import DRAWS, OpenAIEndpoints, Pictures
from omnichat.provider import Call, Steps, Wish

TRANSLATED = {"input", "voice", "response_format", "instructions"}
CODECS = {"opus": "mp3", "aac": "mp3", "flac": "wav"}


def picture(urls: Sequence[str]) -> dict[str, Any]:
    """Return pictures to be changed as xAI wants them."""
    images = [{"url": url, "type": "image_url"} for url in urls]
    return {"image": images[0]} if len(images) == 1 else {"images": images}


@dataclass(frozen=True, kw_only=True)
class XaiEndpoints(OpenAIEndpoints):
    """There is one model of speech, which is not named in the request."""

    offers: Capability = DRAWS | Capability.SPEECH
    pictures: Pictures | None = picture

    @override
    def speak(self, model: str, wish: Wish) -> Steps[bytes | Call]:
        yield from ()
        codec = wish.get("response_format") or "mp3"
        rest = {name: value for name, value in wish.items() if name not in TRANSLATED}
        said = {"text": wish["input"], "voice_id": wish["voice"], "language": "auto"}
        return Call("/tts", {**said, "output_format": {"codec": CODECS.get(codec, codec)}, **rest})
