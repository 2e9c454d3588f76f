"""``client.audio``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/audio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal, overload

from omnichat.capabilities import Capability
from omnichat.desk import Desk
from omnichat.media_answers import Transcript, TranscriptionEvent
from omnichat.pieces import AsyncBytes, AsyncPieces, BinaryAnswer
from omnichat.provider import Call
from omnichat.shaping import shaped
from omnichat.uploads import FileInput, read_upload


class AsyncTranscriptions:
    """Sound, written down."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @overload
    async def create(
        self, *, model: str, file: FileInput, response_format: Literal["text", "srt", "vtt"], **options: Any
    ) -> str: ...
    @overload
    async def create(
        self, *, model: str, file: FileInput, stream: Literal[True], **options: Any
    ) -> AsyncPieces[TranscriptionEvent]: ...
    @overload
    async def create(
        self, *, model: str, file: FileInput, stream: Literal[False] = False, **options: Any
    ) -> Transcript: ...
    async def create(
        self, *, model: str, file: FileInput, stream: bool = False, **options: Any
    ) -> Transcript | str | AsyncPieces[TranscriptionEvent]:
        """Return what is said in ``file``, or, with ``stream``, the words as they are understood.

        ``response_format`` decides on the type: ``json``, ``verbose_json``, ``diarized_json``, or bare ``text``,
        ``srt``, ``vtt``; the other ``options`` are OpenAI's too: ``language``, ``prompt``, ``temperature`` and such.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order(model, Capability.TRANSCRIPTION, {**({"stream": True} if stream else {}), **options})
        upload = await read_upload(file)
        made = await self._desk.run(order, order.endpoints.transcribe(order.model, upload, order.wish), heavy=True)
        return await self._desk.stream(order, made, _event, _is_last) if isinstance(made, Call) else made


class AsyncTranslations:
    """Sound, written down in English."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @overload
    async def create(
        self, *, model: str, file: FileInput, response_format: Literal["text", "srt", "vtt"], **options: Any
    ) -> str: ...
    @overload
    async def create(self, *, model: str, file: FileInput, **options: Any) -> Transcript: ...
    async def create(self, *, model: str, file: FileInput, **options: Any) -> Transcript | str:
        """Return in English what is said in ``file``; ``response_format`` decides on the type.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order(model, Capability.TRANSLATION, options)
        upload = await read_upload(file)
        return await self._desk.run(order, order.endpoints.translate(order.model, upload, order.wish), heavy=True)


class AsyncSpeech:
    """Texts, read aloud."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.with_streaming_response = StreamedSpeech(desk)

    async def create(self, *, model: str, input: str, voice: str, **options: Any) -> BinaryAnswer:
        """Return ``input`` read aloud by ``voice``, as MP3 unless ``response_format`` says otherwise.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order(model, Capability.SPEECH, {"input": input, "voice": voice, **options})
        made = await self._desk.run(order, order.endpoints.speak(order.model, order.wish))
        return await self._desk.whole(order, made)


class StreamedSpeech:
    """Speech that is heard as it comes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @asynccontextmanager
    async def create(self, *, model: str, input: str, voice: str, **options: Any) -> AsyncIterator[AsyncBytes]:
        """Give the sound of ``input`` as it comes.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order(model, Capability.SPEECH, {"input": input, "voice": voice, **options})
        made = await self._desk.run(order, order.endpoints.speak(order.model, order.wish))
        sound = AsyncBytes(self._desk.pieces(order, made))
        try:
            yield sound
        finally:
            await sound.close()


class AsyncAudio:
    """The ``audio`` in ``client.audio.transcriptions``."""

    def __init__(self, desk: Desk) -> None:
        self.transcriptions = AsyncTranscriptions(desk)
        self.translations = AsyncTranslations(desk)
        self.speech = AsyncSpeech(desk)


def _event(news: Mapping[str, Any]) -> TranscriptionEvent:
    return shaped(TranscriptionEvent, news)


def _is_last(event: TranscriptionEvent) -> bool:
    return event.type.endswith(".done")
