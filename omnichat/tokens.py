"""Count tokens without asking anybody: by the vocabulary of OpenAI's models, and by a factor for all others.

The vocabulary, o200k, lies beside this file (199 998 tokens, from OpenAI's tiktoken, MIT): their lengths, a byte each,
then the tokens in the order of their ranks. Using it takes the extra ``omnichat[tokens]``; without, four bytes count as
a token. It is read at the first count, within half a second; ``warm_up`` does that in a thread.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import lzma
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from omnichat.messages import AudioPart, FilePart, ImagePart, Message, Part, TextPart

SIZE = 199_998
WORDS = "|".join((
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
))  # fmt: skip
OURS = re.compile(r"(^|[/.:])(gpt-4o|chatgpt-4o|gpt-4\.[1-9]|gpt-[5-9]|gpt-oss|o[1-9](-|$))")
GAP = re.compile(r"(?<!\s)\s{100000,}")  # at some length of it tiktoken breaks down
PIECE = 50_000  # characters
FACTORS = (  # tokens that a family counts for one of o200k, from the usage that answers of known text reported
    (re.compile(r"claude-([a-z]+-)?([5-9]|\d\d)([.-]|$)"), 1.4),
    (re.compile(r"claude"), 1.15),
    (re.compile(r"gemini|gemma"), 1.1),
    (re.compile(r"mistral|ministral|magistral|codestral|devstral|mixtral"), 1.08),
    (re.compile(r"command|aya"), 1.07),
    (re.compile(r"llama"), 1.05),
    (re.compile(r"gpt-|grok|qwen|deepseek|nova|sonar"), 1.03),
)
OTHERS = 1.1
FRAME = 4  # tokens around a message
CALL = 8  # tokens around a tool call
IMAGE = 1600  # tokens set aside for a picture, or a page
PAGE = 60_000  # bytes
SOUND = 1000  # bytes of sound for one token


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many tokens; ``estimate`` is false only where the model's own vocabulary counted."""

    tokens: int
    estimate: bool


class Encoding(Protocol):
    """What we need of tiktoken."""

    def encode_ordinary(self, text: str) -> Sequence[int]:
        """Return the tokens of ``text``, in which nothing is special."""


def count(text: str, model: str) -> TokenCount:
    """Return the tokens of ``text`` alone, as ``provider/model`` would count them."""
    vocabulary = _vocabulary()
    if vocabulary is None:
        return TokenCount(ceil(len(text.encode("utf-8", "replace")) / 4), estimate=True)
    cut = GAP.search(text) is not None
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)] if cut else [text]
    counted = sum(len(vocabulary.encode_ordinary(piece)) for piece in pieces)
    if OURS.search(model):
        return TokenCount(counted, estimate=cut)
    return TokenCount(ceil(counted * _factor(model)), estimate=True)


def count_messages(messages: Sequence[Message], model: str) -> TokenCount:
    """Return an estimate of the input tokens of a conversation; pictures, files and sound are reckoned generously."""
    tokens = 3
    for message in messages:
        words = [message.text, *(call.name + call.arguments for call in message.tool_calls)]
        tokens += FRAME + CALL * len(message.tool_calls) + sum(count(text, model).tokens for text in words)
        tokens += sum(_reserved(part, model) for part in message.parts)
    return TokenCount(tokens, estimate=True)


async def warm_up() -> bool:
    """Read the vocabulary in a thread; return whether there is one."""
    return await asyncio.to_thread(_vocabulary) is not None


@cache
def _vocabulary() -> Encoding | None:
    try:
        tiktoken: Any = import_module("tiktoken")
    except ImportError:
        return None
    packed = lzma.decompress(Path(__file__).with_name("o200k_base.xz").read_bytes())
    ends = list(accumulate(packed[:SIZE], initial=SIZE))
    ranks = {packed[ends[rank] : ends[rank + 1]]: rank for rank in range(SIZE)}
    encoding: Encoding = tiktoken.Encoding("o200k_base", pat_str=WORDS, mergeable_ranks=ranks, special_tokens={})
    return encoding


def _factor(model: str) -> float:
    return next((factor for family, factor in FACTORS if family.search(model.lower())), OTHERS)


def _reserved(part: Part, model: str) -> int:
    match part:
        case TextPart():
            return 0  # counted with the other words
        case ImagePart():
            return IMAGE
        case AudioPart(url):
            return ceil(len(_data(url)) / SOUND)
        case FilePart(url):
            if url.startswith(("data:text/", "data:application/json")):
                return count(_data(url).decode("utf-8", "replace"), model).tokens
            return IMAGE * max(1, ceil(len(_data(url)) / PAGE))  # of one stored at the provider we know no size


def _data(url: str) -> bytes:
    head, _, data = url.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(data)
    try:
        return base64.b64decode(data)
    except binascii.Error:
        return data.encode()
