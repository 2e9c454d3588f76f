"""The endpoints beside chat for programs without an event loop; the parameters are those of the async ones."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, overload

from omnichat.audio import AsyncAudio, AsyncSpeech, AsyncTranscriptions, AsyncTranslations
from omnichat.blocking_stream import Runner, Stream, poured, waiting
from omnichat.embeddings import AsyncEmbeddings
from omnichat.endpoint_answers import Completion, FilePage
from omnichat.fallback import ModelNames
from omnichat.images import AsyncImages
from omnichat.media_answers import ImageEvent, ImagesResponse, Transcript, TranscriptionEvent
from omnichat.moderations import AsyncModerations
from omnichat.pieces import AsyncBytes
from omnichat.stored_files import AsyncFiles
from omnichat.text_completions import AsyncTextCompletions, Prompt
from omnichat.uploads import FileInput


class Embeddings:
    """Texts as vectors."""

    def __init__(self, runner: Runner, inner: AsyncEmbeddings) -> None:
        self.create = waiting(runner, inner.create)


class Moderations:
    """What is wrong with texts and pictures."""

    def __init__(self, runner: Runner, inner: AsyncModerations) -> None:
        self.create = waiting(runner, inner.create)


class TextCompletions:
    """Texts that go on from a prompt, without any roles."""

    def __init__(self, runner: Runner, inner: AsyncTextCompletions) -> None:
        self._runner = runner
        self._inner = inner

    @overload
    def create(
        self, *, model: ModelNames, prompt: Prompt, stream: Literal[False] = False, **options: Any
    ) -> Completion: ...
    @overload
    def create(
        self, *, model: ModelNames, prompt: Prompt, stream: Literal[True], **options: Any
    ) -> Stream[Completion]: ...
    @overload
    def create(
        self, *, model: ModelNames, prompt: Prompt, stream: bool, **options: Any
    ) -> Completion | Stream[Completion]: ...
    def create(
        self, *, model: ModelNames, prompt: Prompt, stream: bool = False, **options: Any
    ) -> Completion | Stream[Completion]:
        """Return how the text goes on, or, with ``stream``, its pieces as soon as the first one is there."""
        asked = {"model": model, "prompt": prompt, "stream": stream, **options}
        return poured(self._runner, self._runner.wait_for(lambda: self._inner.create(**asked)))


class Files:
    """Files stored at a provider's; ``provider`` is its name, and ids are those the provider gives."""

    def __init__(self, runner: Runner, inner: AsyncFiles) -> None:
        async def page(*, provider: str = "openai", **options: Any) -> FilePage:
            """Return the stored files; ``after``, ``limit`` and such are OpenAI's."""
            return await inner.list(provider=provider, **options)

        self.create = waiting(runner, inner.create)
        self.list = waiting(runner, page)
        self.retrieve = waiting(runner, inner.retrieve)
        self.content = waiting(runner, inner.content)
        self.delete = waiting(runner, inner.delete)
        self.with_streaming_response = StreamedFiles(runner, inner)


class StreamedFiles:
    """Contents of files that are read as they come."""

    def __init__(self, runner: Runner, inner: AsyncFiles) -> None:
        self._runner = runner
        self._inner = inner.with_streaming_response

    def content(self, file_id: str, **options: Any) -> AbstractContextManager[Bytes]:
        """Give the content of a file as it comes."""
        return _open(self._runner, self._inner.content(file_id, **options))


class Transcriptions:
    """Sound, written down."""

    def __init__(self, runner: Runner, inner: AsyncTranscriptions) -> None:
        self._runner = runner
        self._inner = inner

    @overload
    def create(
        self, *, model: ModelNames, file: FileInput, response_format: Literal["text", "srt", "vtt"], **options: Any
    ) -> str: ...
    @overload
    def create(
        self, *, model: ModelNames, file: FileInput, stream: Literal[True], **options: Any
    ) -> Stream[TranscriptionEvent]: ...
    @overload
    def create(
        self, *, model: ModelNames, file: FileInput, stream: Literal[False] = False, **options: Any
    ) -> Transcript: ...
    def create(
        self, *, model: ModelNames, file: FileInput, stream: bool = False, **options: Any
    ) -> Transcript | str | Stream[TranscriptionEvent]:
        """Return what is said in ``file``, or, with ``stream``, the words as they are understood."""
        asked: Any = {"model": model, "file": file, "stream": stream, **options}
        return poured(self._runner, self._runner.wait_for(lambda: self._inner.create(**asked)))


class Translations:
    """Sound, written down in English."""

    def __init__(self, runner: Runner, inner: AsyncTranslations) -> None:
        self._runner = runner
        self._inner = inner

    @overload
    def create(
        self, *, model: ModelNames, file: FileInput, response_format: Literal["text", "srt", "vtt"], **options: Any
    ) -> str: ...
    @overload
    def create(self, *, model: ModelNames, file: FileInput, **options: Any) -> Transcript: ...
    def create(self, *, model: ModelNames, file: FileInput, **options: Any) -> Transcript | str:
        """Return in English what is said in ``file``; ``response_format`` decides on the type."""
        made: Transcript | str = self._runner.wait_for(lambda: self._inner.create(model=model, file=file, **options))
        return made


class Speech:
    """Texts, read aloud."""

    def __init__(self, runner: Runner, inner: AsyncSpeech) -> None:
        self.create = waiting(runner, inner.create)
        self.with_streaming_response = StreamedSpeech(runner, inner)


class StreamedSpeech:
    """Speech that is heard as it comes."""

    def __init__(self, runner: Runner, inner: AsyncSpeech) -> None:
        self._runner = runner
        self._inner = inner.with_streaming_response

    def create(self, *, model: ModelNames, input: str, voice: str, **options: Any) -> AbstractContextManager[Bytes]:
        """Give the sound of ``input`` as it comes."""
        return _open(self._runner, self._inner.create(model=model, input=input, voice=voice, **options))


class Audio:
    """The ``audio`` in ``client.audio.transcriptions``."""

    def __init__(self, runner: Runner, inner: AsyncAudio) -> None:
        self.transcriptions = Transcriptions(runner, inner.transcriptions)
        self.translations = Translations(runner, inner.translations)
        self.speech = Speech(runner, inner.speech)


class Images:
    """Pictures, drawn and changed."""

    def __init__(self, runner: Runner, inner: AsyncImages) -> None:
        self._runner = runner
        self._inner = inner

    @overload
    def generate(
        self, *, model: ModelNames, prompt: str, stream: Literal[False] = False, **options: Any
    ) -> ImagesResponse: ...
    @overload
    def generate(
        self, *, model: ModelNames, prompt: str, stream: Literal[True], **options: Any
    ) -> Stream[ImageEvent]: ...
    def generate(
        self, *, model: ModelNames, prompt: str, stream: bool = False, **options: Any
    ) -> ImagesResponse | Stream[ImageEvent]:
        """Return pictures of what ``prompt`` describes, or, with ``stream``, sketches on the way to them."""
        asked: Any = {"model": model, "prompt": prompt, "stream": stream, **options}
        return poured(self._runner, self._runner.wait_for(lambda: self._inner.generate(**asked)))

    @overload
    def edit(
        self,
        *,
        model: ModelNames,
        image: FileInput | list[FileInput],
        prompt: str,
        stream: Literal[False] = False,
        **options: Any,
    ) -> ImagesResponse: ...
    @overload
    def edit(
        self,
        *,
        model: ModelNames,
        image: FileInput | list[FileInput],
        prompt: str,
        stream: Literal[True],
        **options: Any,
    ) -> Stream[ImageEvent]: ...
    def edit(
        self,
        *,
        model: ModelNames,
        image: FileInput | list[FileInput],
        prompt: str,
        stream: bool = False,
        **options: Any,
    ) -> ImagesResponse | Stream[ImageEvent]:
        """Return a picture, or a list of them, changed as ``prompt`` says, and only where ``mask`` is transparent."""
        asked: Any = {"model": model, "image": image, "prompt": prompt, "stream": stream, **options}
        return poured(self._runner, self._runner.wait_for(lambda: self._inner.edit(**asked)))


class Bytes:
    """An answer on its way that is no text: read it, or write it to a file, as it comes.

    ``model`` is the name of who makes it.
    """

    def __init__(self, runner: Runner, inner: AsyncBytes) -> None:
        self._runner = runner
        self._inner = inner
        self.model = inner.model

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield what comes, or, with ``chunk_size``, that many bytes at once."""
        pieces = self._inner.iter_bytes(chunk_size)
        try:
            while piece := self._runner.wait_for(partial(_next, pieces)):
                yield piece
        finally:
            self._runner.wait_for(pieces.aclose)

    def read(self) -> bytes:
        """Return the whole content."""
        return b"".join(self.iter_bytes())

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the content to ``file`` as it comes."""
        with Path(file).open("wb") as out:
            out.writelines(self.iter_bytes(chunk_size))


async def _next(pieces: AsyncGenerator[bytes, None]) -> bytes:
    """Return the next piece, or nothing at the end."""
    return await anext(pieces, b"")


@contextmanager
def _open(runner: Runner, opened: AbstractAsyncContextManager[AsyncBytes]) -> Iterator[Bytes]:
    inner = runner.wait_for(opened.__aenter__)
    try:
        yield Bytes(runner, inner)
    finally:
        runner.wait_for(lambda: opened.__aexit__(None, None, None))
