"""OpenAI's endpoints, which most providers have in part.

See https://platform.openai.com/docs/api-reference.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import (
    Completion,
    CreateEmbeddingResponse,
    EmbeddingUsage,
    FileDeleted,
    FileObject,
    FilePage,
    ModerationCreateResponse,
)
from omnichat.endpoints.vectors import answer
from omnichat.errors import BadRequestError, ServerError
from omnichat.media_answers import (
    ImagesResponse,
    Transcript,
    Transcription,
    TranscriptionDiarized,
    TranscriptionVerbose,
    Translation,
    TranslationVerbose,
)
from omnichat.provider import Call, Drawing, Endpoints, Steps, Wish
from omnichat.shaping import shaped
from omnichat.uploads import Upload
from omnichat.wire_json import count, mapping, mappings, words

BARE = {"text", "srt", "vtt"}
TEXTS = Capability.COMPLETIONS | Capability.EMBEDDINGS
HEARS = Capability.TRANSCRIPTION | Capability.TRANSLATION
DRAWS = Capability.IMAGES | Capability.IMAGE_EDITS
EVERYTHING = TEXTS | HEARS | DRAWS | Capability.SPEECH | Capability.MODERATION | Capability.STORAGE
Pictures = Callable[[Sequence[str]], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OpenAIEndpoints(Endpoints):
    """OpenAI's shapes, with a provider's deviations named as data.

    ``paths`` and ``bases`` hold other paths and base addresses, by OpenAI's path. ``packs`` says that vectors may be
    asked for as base64. ``pictures`` turns the addresses of pictures to be changed into fields of a JSON body, where
    that is not a form. ``renamed`` holds other names of the fields of a wish. ``sound_field`` is the field of the
    answer that holds speech as base64, where the answer is JSON.
    """

    offers: Capability
    paths: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    packs: bool = False
    pictures: Pictures | None = None
    sound_field: str = ""

    @override
    def complete(self, model: str, wish: Wish) -> Steps[Completion | Call]:
        call = self._json("/completions", model, wish)
        if wish.get("stream"):
            return call
        return self.completion(model, (yield call).object())

    @override
    def completion(self, model: str, told: Mapping[str, Any]) -> Completion:
        """Return a text, or a piece of one; a chat's, as endpoints for code give it, is turned into one."""
        choices = []
        for row in mappings(told.get("choices")):
            said = mapping(row.get("message")) or mapping(row.get("delta"))
            choices.append({**row, "text": row.get("text") if "text" in row else words(said.get("content"))})
        details: dict[str, Any] = {"prompt_tokens_details": {}, "completion_tokens_details": {}}
        used = {**details, **{name: value for name, value in mapping(told.get("usage")).items() if value is not None}}
        return shaped(
            Completion,
            {"id": "", "model": model, **told, "choices": choices, "usage": used if told.get("usage") else None},
        )

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        given = {name: value for name, value in wish.items() if name != "encoding_format"}
        packed = {"encoding_format": "base64"} if self.packs else {}
        told = (yield self._json("/embeddings", model, {**given, **packed})).object()
        rows = mappings(told.get("data"))
        rows.sort(key=lambda row: count(row, "index"))
        used = shaped(EmbeddingUsage, mapping(told.get("usage")))
        tokens = used.prompt_tokens or used.total_tokens
        return answer(words(told.get("model")) or model, wish, [row.get("embedding") for row in rows], tokens)

    @override
    def transcribe(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str | Call]:
        call = self._form("/audio/transcriptions", model, [("file", file)], wish)
        if wish.get("stream"):
            return call
        heard, form = (yield call), words(wish.get("response_format"))
        if form in BARE:
            return heard.text()
        return transcript(form, heard.object())

    @override
    def translate(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str]:
        heard = yield self._form("/audio/translations", model, [("file", file)], wish)
        form = words(wish.get("response_format"))
        if form in BARE:
            return heard.text()
        if form == "verbose_json":
            return shaped(TranslationVerbose, heard.object())
        return shaped(Translation, heard.object())

    @override
    def speak(self, model: str, wish: Wish) -> Steps[bytes | Call]:
        call = self._json("/audio/speech", model, wish)
        if not self.sound_field:
            return call
        return decoded((yield call).object().get(self.sound_field))

    @override
    def draw(self, model: str, wish: Wish) -> Drawing:
        call = self._json("/images/generations", model, wish)
        if wish.get("stream"):
            return call
        return shaped(ImagesResponse, (yield call).object())

    @override
    def redraw(self, model: str, images: Sequence[Upload], mask: Upload | None, wish: Wish) -> Drawing:
        path = "/images/edits"
        if self.pictures:
            call = self._json(path, model, {**wish, **self.pictures([image.data_url() for image in images])})
        else:
            several = "image[]" if len(images) > 1 else "image"
            files = [(several, image) for image in images] + ([("mask", mask)] if mask else [])
            call = self._form(path, model, files, wish)
        if wish.get("stream"):
            return call
        return shaped(ImagesResponse, (yield call).object())

    @override
    def moderate(self, model: str, wish: Wish) -> Steps[ModerationCreateResponse]:
        return shaped(ModerationCreateResponse, (yield self._json("/moderations", model, wish)).object())

    @override
    def keep(self, file: Upload, wish: Wish) -> Steps[FileObject]:
        return self.described((yield self._form("/files", "", [("file", file)], wish)).object())

    @override
    def kept(self, wish: Wish) -> Steps[FilePage]:
        query = urlencode({name: value for name, value in wish.items() if value is not None})
        told = (yield self._call("/files", f"?{query}" if query else "", method="GET")).object()
        files = [self.described(row) for row in mappings(told.get("data"))]
        return FilePage(data=files, has_more=told.get("has_more") is True)

    @override
    def look_up(self, file_id: str) -> Steps[FileObject]:
        return self.described((yield self._call("/files", f"/{safe(file_id)}", method="GET")).object())

    @override
    def open(self, file_id: str) -> Steps[bytes | Call]:
        yield from ()
        return self._call("/files", f"/{safe(file_id)}/content", method="GET")

    @override
    def discard(self, file_id: str) -> Steps[FileDeleted]:
        told = (yield self._call("/files", f"/{safe(file_id)}", method="DELETE")).object()
        return FileDeleted(id=words(told.get("id")) or file_id, deleted=told.get("deleted") is not False)

    def described(self, told: Mapping[str, Any]) -> FileObject:
        """Return what the provider tells of a file."""
        return shaped(FileObject, told)

    def _json(self, path: str, model: str, wish: Wish) -> Call:
        said = {self.renamed.get(name, name): value for name, value in wish.items() if value is not None}
        return self._call(path, json={"model": model, **said})

    def _form(self, path: str, model: str, files: Sequence[tuple[str, Upload]], wish: Wish) -> Call:
        fields = [pair for name, value in {"model": model or None, **wish}.items() for pair in flat(name, value)]
        return self._call(path, form=(*fields, *files))

    def _call(self, path: str, tail: str = "", **rest: Any) -> Call:
        return Call(self.paths.get(path, path) + tail, base=self.bases.get(path, ""), **rest)


def transcript(form: str, told: Mapping[str, Any]) -> Transcript:
    """Return a transcript in the form that was wished for."""
    if form == "verbose_json":
        return shaped(TranscriptionVerbose, told)
    if form == "diarized_json":
        return shaped(TranscriptionDiarized, told)
    return shaped(Transcription, told)


def flat(name: str, value: object) -> list[tuple[str, str]]:
    """Return a value as fields of a form: ``name[]`` for lists, ``name[key]`` for objects."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [pair for key, inner in value.items() for pair in flat(f"{name}[{key}]", inner)]
    if isinstance(value, list | tuple):
        return [pair for inner in value for pair in flat(f"{name}[]", inner)]
    return [(name, str(value).lower() if isinstance(value, bool) else str(value))]


def decoded(value: object) -> bytes:
    """Return what a field holds as base64, or raise a nameless ``ServerError``."""
    try:
        if isinstance(value, str) and value:
            return b64decode(value)
    except (NoBase64, ValueError) as error:
        raise ServerError("sent something that is no base64", provider="") from error
    raise ServerError("sent no data", provider="")


def safe(name: str) -> str:
    """Return a name that cannot lead out of its place in a path."""
    if set(name) <= {"."}:
        raise BadRequestError(f"{name!r} names no file", provider="")
    return quote(name, safe="")
