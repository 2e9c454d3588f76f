"""``client.audio``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/audio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Literal, overload

from omnichat.capabilities import Capability
from omnichat.desk import Desk, Order
from omnichat.fallback import ModelNames, started
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
        self, *, model: ModelNames, file: FileInput, response_format: Literal["text", "srt", "vtt"], **options: Any
    ) -> str: ...
    @overload
    async def create(
        self, *, model: ModelNames, file: FileInput, stream: Literal[True], **options: Any
    ) -> AsyncPieces[TranscriptionEvent]: ...
    @overload
    async def create(
        self, *, model: ModelNames, file: FileInput, stream: Literal[False] = False, **options: Any
    ) -> Transcript: ...
    async def create(
        self, *, model: ModelNames, file: FileInput, stream: bool = False, **options: Any
    ) -> Transcript | str | AsyncPieces[TranscriptionEvent]:
        """Return what is said in ``file``, or, with ``stream``, the words as they are understood.

        ``response_format`` decides on the type: ``json``, ``verbose_json``, ``diarized_json``, or bare ``text``,
        ``srt``, ``vtt``; the other ``options`` are OpenAI's too: ``language``, ``prompt``, ``temperature`` and such.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        upload = await read_upload(file)

        async def transcribe(order: Order) -> Transcript | str | AsyncPieces[TranscriptionEvent]:
            made = await self._desk.run(order, order.endpoints.transcribe(order.model, upload, order.wish), heavy=True)
            return await self._heard(order, made) if isinstance(made, Call) else _signed(made, order)

        wish = {**({"stream": True} if stream else {}), **options}
        return await self._desk.first_of(model, Capability.TRANSCRIPTION, wish, transcribe)

    async def _heard(self, order: Order, call: Call) -> AsyncPieces[TranscriptionEvent]:
        def read(news: Mapping[str, Any]) -> TranscriptionEvent:
            return replace(shaped(TranscriptionEvent, news), model=order.name)

        return await self._desk.stream(order, call, read, _is_last)


class AsyncTranslations:
    """Sound, written down in English."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @overload
    async def create(
        self, *, model: ModelNames, file: FileInput, response_format: Literal["text", "srt", "vtt"], **options: Any
    ) -> str: ...
    @overload
    async def create(self, *, model: ModelNames, file: FileInput, **options: Any) -> Transcript: ...
    async def create(self, *, model: ModelNames, file: FileInput, **options: Any) -> Transcript | str:
        """Return in English what is said in ``file``; ``response_format`` decides on the type.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        upload = await read_upload(file)

        async def translate(order: Order) -> Transcript | str:
            steps = order.endpoints.translate(order.model, upload, order.wish)
            return _signed(await self._desk.run(order, steps, heavy=True), order)

        return await self._desk.first_of(model, Capability.TRANSLATION, options, translate)


class AsyncSpeech:
    """Texts, read aloud."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.with_streaming_response = StreamedSpeech(desk)

    async def create(self, *, model: ModelNames, input: str, voice: str, **options: Any) -> BinaryAnswer:
        """Return ``input`` read aloud by ``voice``, as MP3 unless ``response_format`` says otherwise.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """

        async def speak(order: Order) -> BinaryAnswer:
            return await self._desk.whole(
                order, await self._desk.run(order, order.endpoints.speak(order.model, order.wish))
            )

        wish = {"input": input, "voice": voice, **options}
        return await self._desk.first_of(model, Capability.SPEECH, wish, speak)


class StreamedSpeech:
    """Speech that is heard as it comes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @asynccontextmanager
    async def create(self, *, model: ModelNames, input: str, voice: str, **options: Any) -> AsyncIterator[AsyncBytes]:
        """Give the sound of ``input`` as it comes.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """

        async def speak(order: Order) -> AsyncBytes:
            made = await self._desk.run(order, order.endpoints.speak(order.model, order.wish))
            return AsyncBytes(await started(self._desk.pieces(order, made)), model=order.name)

        wish = {"input": input, "voice": voice, **options}
        sound = await self._desk.first_of(model, Capability.SPEECH, wish, speak)
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


def _signed(said: Transcript | str, order: Order) -> Transcript | str:
    """Return a transcript with the name of who heard it; bare text holds nothing but itself."""
    return said if isinstance(said, str) else replace(said, model=order.name)


def _is_last(event: TranscriptionEvent) -> bool:
    return event.type.endswith(".done")
