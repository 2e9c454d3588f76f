"""What Bedrock's models beside chat take and give, each family in its own way.

See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.endpoints.vectors import answer, batches, plain
from omnichat.errors import BadRequestError, ContentFilterError, ServerError
from omnichat.media_answers import Image, ImagesResponse
from omnichat.pictures import pixels, ratio
from omnichat.provider import Call, Drawing, Endpoints, Steps, Wish
from omnichat.uploads import Upload
from omnichat.wire_json import count, words

MOST_TEXTS = 96
SHARED = {"input", "encoding_format", "user", "dimensions"}
DRAWS = {"prompt", "n", "size", "quality", "response_format", "user", "seed"}
SETTINGS = {"seed", "cfgScale"}
STRENGTH = 0.5  # how far a picture may be changed, from 0 to 1: Stability insists on being told


@dataclass(frozen=True)
class BedrockEndpoints(Endpoints):
    """Models of Amazon (Titan, Nova), Cohere and Stability, told apart by their names.

    See https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html. A picture is changed as its words
    say, or only where ``maskPrompt`` says.
    """

    offers: Capability = Capability.EMBEDDINGS | Capability.IMAGES | Capability.IMAGE_EDITS

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        cohere = "cohere." in model
        vectors, tokens = list[Any](), 0
        for some in batches(plain(wish), MOST_TEXTS if cohere else 1):
            answered = yield _invoke(model, _cohere(some, wish) if cohere else _amazon(model, some[0], wish))
            told = answered.object()
            counted = answered.headers.get("x-amzn-bedrock-input-token-count", "")
            tokens += count(told, "inputTextTokenCount") or (int(counted) if counted.isdecimal() else 0)
            vectors += _vectors(told)
        return answer(model, wish, vectors, tokens)

    @override
    def draw(self, model: str, wish: Wish) -> Drawing:
        return _gallery((yield _invoke(model, _stability(wish) if "stability." in model else _canvas(wish))).object())

    @override
    def redraw(self, model: str, images: Sequence[Upload], mask: Upload | None, wish: Wish) -> Drawing:
        if mask:
            raise BadRequestError("takes no mask: maskPrompt says in words where to change it", provider="")
        data = [image.base64() for image in images]
        body = _stability_again(model, data, wish) if "stability." in model else _canvas_again(data, wish)
        return _gallery((yield _invoke(model, body)).object())


def _invoke(model: str, body: dict[str, Any]) -> Call:
    return Call(f"/model/{quote(model, safe='')}/invoke", body, headers={"Accept": "application/json"})


def _rest(wish: Wish, translated: set[str]) -> dict[str, Any]:
    return {name: value for name, value in wish.items() if name not in translated}


def _cohere(some: list[str], wish: Wish) -> dict[str, Any]:
    size = {"output_dimension": wish["dimensions"]} if wish.get("dimensions") else {}
    return {"texts": some, "input_type": "search_document", "embedding_types": ["float"], **size, **_rest(wish, SHARED)}


def _amazon(model: str, text: str, wish: Wish) -> dict[str, Any]:
    if "nova" in model:
        size = {"embeddingDimension": wish["dimensions"]} if wish.get("dimensions") else {}
        one = {"embeddingPurpose": "GENERIC_INDEX", "text": {"truncationMode": "END", "value": text}, **size}
        return {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {**one, **_rest(wish, SHARED)}}
    if "embed-image" in model:
        size = {"embeddingConfig": {"outputEmbeddingLength": wish["dimensions"]}} if wish.get("dimensions") else {}
    else:
        size = {"dimensions": wish["dimensions"]} if wish.get("dimensions") else {}
    return {"inputText": text, **size, **_rest(wish, SHARED)}


def _vectors(told: dict[str, Any]) -> list[Any]:
    found = told.get("embeddings", [told.get("embedding")])
    if isinstance(found, dict):
        found = found.get("float")
    if not isinstance(found, list):
        raise ServerError("sent no vectors", provider="")
    return [row.get("embedding") if isinstance(row, dict) else row for row in found]


def _canvas(wish: Wish) -> dict[str, Any]:
    text = {"text": wish["prompt"], **_rest(wish, DRAWS | SETTINGS)}
    return {"taskType": "TEXT_IMAGE", "textToImageParams": text, "imageGenerationConfig": _settings(wish)}


def _canvas_again(images: list[str], wish: Wish) -> dict[str, Any]:
    text = {"text": wish["prompt"], **_rest(wish, DRAWS | SETTINGS)}
    if "maskPrompt" in wish:
        task: dict[str, Any] = {"taskType": "INPAINTING", "inPaintingParams": {"image": images[0], **text}}
    else:
        task = {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"images": images, **text}}
    return {**task, "imageGenerationConfig": _settings(wish)}


def _settings(wish: Wish) -> dict[str, Any]:
    size = pixels(words(wish.get("size")))
    shape = {"width": size[0], "height": size[1]} if size else {}
    quality = {"quality": wish["quality"]} if wish.get("quality") in {"standard", "premium"} else {}
    own = {name: wish[name] for name in sorted(SETTINGS) if name in wish}
    return {"numberOfImages": int(wish.get("n") or 1), **shape, **quality, **own}


def _stability(wish: Wish) -> dict[str, Any]:
    if int(wish.get("n") or 1) > 1:
        raise BadRequestError("draws one picture at once", provider="")
    shape = {"aspect_ratio": found} if (found := ratio(words(wish.get("size")))) else {}
    seed = {"seed": wish["seed"]} if "seed" in wish else {}
    return {"prompt": wish["prompt"], **shape, **seed, **_rest(wish, DRAWS)}


def _stability_again(model: str, images: list[str], wish: Wish) -> dict[str, Any]:
    if len(images) > 1:
        raise BadRequestError("changes one picture at once", provider="")
    mode = {"mode": "image-to-image", "strength": STRENGTH} if "stability.sd3" in model else {}
    return {**mode, **_stability({**wish, "size": None}), "image": images[0]}


def _gallery(told: dict[str, Any]) -> ImagesResponse:
    found = told.get("images")
    images = [Image(b64_json=one) for one in found if isinstance(one, str)] if isinstance(found, list) else []
    reasons = told.get("finish_reasons")
    refused = [words(one) for one in reasons if words(one)] if isinstance(reasons, list) else []
    if error := words(told.get("error")) or next(iter(refused), ""):
        raise ContentFilterError(error, provider="")
    if not images:
        raise ServerError("drew nothing", provider="")
    return ImagesResponse(data=images, created=int(time.time()))
