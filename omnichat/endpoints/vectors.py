"""Vectors on the wire: lists of numbers, or 32-bit floats in base64."""

from __future__ import annotations

import binascii
import sys
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from omnichat.endpoint_answers import CreateEmbeddingResponse, Embedding, EmbeddingUsage
from omnichat.errors import BadRequestError, ServerError
from omnichat.provider import Wish


def plain(wish: Wish) -> list[str]:
    """Return the texts to be turned into vectors, or raise a nameless ``BadRequestError`` if they are tokens."""
    given = wish.get("input")
    texts = [given] if isinstance(given, str) else list(given or ())
    if not all(isinstance(text, str) for text in texts):
        raise BadRequestError("takes texts, and no tokens", provider="")
    return texts


def batches(items: Sequence[Any], size: int) -> Iterable[list[Any]]:
    """Return the items, at most ``size`` at once."""
    return (list(items[begin : begin + size]) for begin in range(0, len(items), size))


def answer(model: str, wish: Wish, vectors: Iterable[object], tokens: int = 0) -> CreateEmbeddingResponse:
    """Return the vectors as OpenAI does, in the ``encoding_format`` that was wished for.

    None at all for what there was are a nameless ``ServerError``.
    """
    found = list(vectors)
    if wish.get("input") and not found:
        raise ServerError("sent no vectors", provider="")
    packed = wish.get("encoding_format") == "base64"
    return CreateEmbeddingResponse(
        data=[
            Embedding(embedding=pack(vector) if packed else unpack(vector), index=index)
            for index, vector in enumerate(found)
        ],
        model=model,
        usage=EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens),
    )


def unpack(vector: object) -> list[float]:
    """Return the numbers of a vector, or raise a nameless ``ServerError`` if it is none."""
    if isinstance(vector, str):
        return _floats(vector)
    if not isinstance(vector, list) or not all(type(number) in {float, int} for number in vector):
        raise ServerError("sent something that is no vector", provider="")
    return vector


def pack(vector: object) -> str:
    """Return a vector as little-endian 32-bit floats in base64."""
    if isinstance(vector, str):
        return vector
    try:
        floats = array("f", unpack(vector))
    except OverflowError as error:
        raise ServerError("sent a vector with a number too large", provider="") from error
    if sys.byteorder == "big":
        floats.byteswap()
    return b64encode(floats.tobytes()).decode("ascii")


def _floats(packed: str) -> list[float]:
    try:
        floats = array("f", b64decode(packed, validate=True))
    except (binascii.Error, ValueError) as error:
        raise ServerError("sent a vector that is no base64", provider="") from error
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()
