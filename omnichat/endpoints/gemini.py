"""What Gemini's models draw, say and hear, by the call that they chat by.

See https://ai.google.dev/api/embeddings.
"""

from __future__ import annotations

import io
import re
import time
import wave
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import decoded
from omnichat.errors import BadRequestError, ContentFilterError, ServerError
from omnichat.media_answers import (
    AudioUsage,
    Image,
    ImagesResponse,
    ImagesUsage,
    TokensUsage,
    Transcript,
    Transcription,
    Translation,
)
from omnichat.pictures import ratio
from omnichat.provider import Call, Drawing, Endpoints, Steps, Wish
from omnichat.uploads import Upload
from omnichat.wire_json import count, mapping, mappings, words

RATE = re.compile(r"rate=(\d{4,6})")
USUAL_RATE = 24000  # samples a second
BLOCKED = re.compile(r"SAFETY|PROHIBITED|BLOCKLIST|RECITATION|SPII")
LISTEN = "Write down word for word what is said in this recording. Answer with nothing but the words that are said."
INTERPRET = "Translate what is said in this recording into English. Answer with nothing but the translation."
DRAWS = ("n", "size", "prompt", "response_format", "quality", "user", "stream")


@dataclass(frozen=True, kw_only=True)
class GeminiEndpoints(Endpoints):
    """``place`` returns the path of a model. Speech is a WAV, or bare samples where ``pcm`` is wished for."""

    place: Callable[[str], str]
    offers: Capability = (
        Capability.EMBEDDINGS
        | Capability.IMAGES
        | Capability.IMAGE_EDITS
        | Capability.SPEECH
        | Capability.TRANSCRIPTION
        | Capability.TRANSLATION
    )

    @override
    def draw(self, model: str, wish: Wish) -> Drawing:
        if model.rpartition("/")[2].startswith("imagen"):
            return (yield from self._predicted(model, wish))
        return (yield from self._drawn(model, wish, []))

    @override
    def redraw(self, model: str, images: Sequence[Upload], mask: Upload | None, wish: Wish) -> Drawing:
        if mask:
            raise BadRequestError("takes no mask: the words have to say what to change", provider="")
        return (yield from self._drawn(model, wish, [_inline(image) for image in images]))

    @override
    def speak(self, model: str, wish: Wish) -> Steps[bytes | Call]:
        directions = words(wish.get("instructions"))
        text = f"{directions}: {wish['input']}" if directions else wish["input"]
        voice = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": wish["voice"]}}}
        answer = yield self._call(model, [{"text": text}], responseModalities=["AUDIO"], speechConfig=voice)
        parts = _parts(answer.object())
        sounds = [data for part in parts if (data := mapping(part.get("inlineData"))).get("data")]
        if not sounds:
            raise ServerError("said nothing", provider="")
        samples = b"".join(decoded(sound["data"]) for sound in sounds)
        rate = RATE.search(words(sounds[0].get("mimeType")))
        return samples if wish.get("response_format") == "pcm" else wav(samples, int(rate[1]) if rate else USUAL_RATE)

    @override
    def transcribe(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str | Call]:
        text, usage = yield from self._heard(model, file, LISTEN, wish)
        return text if wish.get("response_format") == "text" else Transcription(text=text, usage=usage)

    @override
    def translate(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str]:
        text, _ = yield from self._heard(model, file, INTERPRET, wish)
        return text if wish.get("response_format") == "text" else Translation(text=text)

    def _drawn(self, model: str, wish: Wish, before: list[dict[str, Any]]) -> Drawing:
        shape = {"imageConfig": {"aspectRatio": found}} if (found := ratio(words(wish.get("size")))) else {}
        rest = {name: value for name, value in wish.items() if name not in DRAWS}
        images, given, made = list[Image](), 0, 0
        for _ in range(int(wish.get("n") or 1)):
            parts = [*before, {"text": wish["prompt"]}]
            told = (yield self._call(model, parts, responseModalities=["TEXT", "IMAGE"], **shape, **rest)).object()
            found_parts = _parts(told)
            said = "".join(words(part.get("text")) for part in found_parts if not part.get("thought")) or None
            drawn = [mapping(part.get("inlineData")).get("data") for part in found_parts if not part.get("thought")]
            images += [Image(b64_json=one, revised_prompt=said) for one in drawn if isinstance(one, str)]
            used = mapping(told.get("usageMetadata"))
            given += count(used, "promptTokenCount")
            made += count(used, "candidatesTokenCount") + count(used, "thoughtsTokenCount")
        usage = ImagesUsage(input_tokens=given, output_tokens=made, total_tokens=given + made)
        return _gallery(images, usage)

    def _predicted(self, model: str, wish: Wish) -> Drawing:
        shape = {"aspectRatio": found} if (found := ratio(words(wish.get("size")))) else {}
        rest = {name: value for name, value in wish.items() if name not in DRAWS}
        parameters = {"sampleCount": int(wish.get("n") or 1), **shape, **rest}
        body = {"instances": [{"prompt": wish["prompt"]}], "parameters": parameters}
        told = (yield Call(f"{self.place(model)}:predict", body)).object()
        rows = mappings(told.get("predictions"))
        drawn = [row.get("bytesBase64Encoded") for row in rows]
        if not any(drawn) and any("raiFilteredReason" in row for row in rows):
            raise ContentFilterError(words(rows[0].get("raiFilteredReason")), provider="")
        return _gallery([Image(b64_json=data) for data in drawn if isinstance(data, str)], None)

    def _heard(self, model: str, file: Upload, task: str, wish: Wish) -> Steps[tuple[str, AudioUsage]]:
        form = wish.get("response_format") or "json"
        if form not in {"json", "text"} or wish.get("stream"):
            raise BadRequestError("writes down the words alone, and all at once", provider="")
        asked = "\n".join(filter(None, (task, _hint("Language", wish, "language"), _hint("Context", wish, "prompt"))))
        told = (yield self._call(model, [{"text": asked}, _inline(file)], temperature=wish.get("temperature"))).object()
        text = "".join(words(part.get("text")) for part in _parts(told) if not part.get("thought")).strip()
        used = mapping(told.get("usageMetadata"))
        given, made = count(used, "promptTokenCount"), count(used, "candidatesTokenCount")
        return text, TokensUsage(input_tokens=given, output_tokens=made, total_tokens=given + made)

    def _call(self, model: str, parts: list[dict[str, Any]], **settings: Any) -> Call:
        chosen = {name: value for name, value in settings.items() if value is not None}
        body = {"contents": [{"role": "user", "parts": parts}], "generationConfig": chosen}
        return Call(f"{self.place(model)}:generateContent", body)


def wav(samples: bytes, rate: int) -> bytes:
    """Return 16-bit samples of one channel as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return file.getvalue()


def _gallery(images: list[Image], usage: ImagesUsage | None) -> ImagesResponse:
    if not images:
        raise ServerError("drew nothing", provider="")
    return ImagesResponse(data=images, created=int(time.time()), usage=usage)


def _hint(title: str, wish: Wish, name: str) -> str:
    return f"{title}: {wish[name]}" if wish.get(name) else ""


def _inline(file: Upload) -> dict[str, Any]:
    return {"inlineData": {"mimeType": file.media_type, "data": b64encode(file.read()).decode("ascii")}}


def _parts(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of the first candidate; raise a nameless ``ContentFilterError`` where rules forbade it."""
    candidate = next(iter(mappings(told.get("candidates"))), {})
    parts = mappings(mapping(candidate.get("content")).get("parts"))
    reason = words(mapping(told.get("promptFeedback")).get("blockReason")) or words(candidate.get("finishReason"))
    if not parts and BLOCKED.search(reason):
        raise ContentFilterError(words(candidate.get("finishMessage")) or reason, provider="")
    return parts
