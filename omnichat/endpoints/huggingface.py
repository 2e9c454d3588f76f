"""Hugging Face's tasks beside chat, each at an address of the model's own."""

from __future__ import annotations

import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.endpoints.vectors import answer, plain
from omnichat.media_answers import Image, ImagesResponse, Transcript, Transcription
from omnichat.pictures import pixels
from omnichat.provider import Call, Drawing, Endpoints, Steps, Wish
from omnichat.shaping import shaped
from omnichat.uploads import Upload
from omnichat.wire_json import words

TASKS = "https://router.huggingface.co/hf-inference/models"


@dataclass(frozen=True)
class HuggingFaceEndpoints(Endpoints):
    """Inputs and parameters; what comes back is bare."""

    offers: Capability = Capability.EMBEDDINGS | Capability.TRANSCRIPTION | Capability.IMAGES

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        rest = {name: value for name, value in wish.items() if name not in {"input", "encoding_format", "user"}}
        call = _task(model, "/pipeline/feature-extraction", {"inputs": plain(wish), **rest})
        found = (yield call).json()
        return answer(model, wish, found if isinstance(found, list) else [found])

    @override
    def transcribe(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str | Call]:
        call = Call(f"/{quote(model, safe='/')}", body=file, base=TASKS)
        heard = shaped(Transcription, (yield call).object())
        return heard.text if wish.get("response_format") == "text" else heard

    @override
    def draw(self, model: str, wish: Wish) -> Drawing:
        size = pixels(words(wish.get("size")))
        sized = {"width": size[0], "height": size[1]} if size else {}
        images = []
        for _ in range(int(wish.get("n") or 1)):
            drawn = yield _task(model, "", {"inputs": wish["prompt"], "parameters": sized})
            images.append(Image(b64_json=b64encode(drawn.body).decode("ascii")))
        return ImagesResponse(data=images, created=int(time.time()))


def _task(model: str, tail: str, body: dict[str, Any]) -> Call:
    return Call(f"/{quote(model, safe='/')}{tail}", body, base=TASKS)
