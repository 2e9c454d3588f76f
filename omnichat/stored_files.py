"""``client.files``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from typing import Any

from omnichat.desk import Desk
from omnichat.endpoint_answers import FileDeleted, FileObject, FilePage
from omnichat.pieces import AsyncBytes, BinaryAnswer
from omnichat.uploads import FileInput, read_upload

USUAL = "openai"  # whose files they are where nobody says


class AsyncFiles:
    """Files stored at a provider's; ``provider`` is its name, and ids are those the provider gives."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.with_streaming_response = StreamedFiles(desk)

    async def create(
        self, *, file: FileInput, purpose: str = "user_data", provider: str = USUAL, **options: Any
    ) -> FileObject:
        """Store a file; a large one is read bit by bit, as it is sent.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order_from(provider, "files", {"purpose": purpose, **options})
        upload = await read_upload(file)
        return await self._desk.run(order, order.endpoints.keep(upload, order.wish))

    def list(self, *, provider: str = USUAL, **options: Any) -> Listing:
        """Return the stored files, to be awaited or iterated over; ``after``, ``limit`` and such are OpenAI's.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        return Listing(self._desk, provider, options)

    async def retrieve(self, file_id: str, *, provider: str = USUAL, **options: Any) -> FileObject:
        """Return what the provider tells of a file.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order_from(provider, file_id, options)
        return await self._desk.run(order, order.endpoints.look_up(file_id))

    async def content(self, file_id: str, *, provider: str = USUAL, **options: Any) -> BinaryAnswer:
        """Return the content of a file.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order_from(provider, file_id, options)
        return await self._desk.whole(order, await self._desk.run(order, order.endpoints.open(file_id)))

    async def delete(self, file_id: str, *, provider: str = USUAL, **options: Any) -> FileDeleted:
        """Delete a file.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order_from(provider, file_id, options)
        return await self._desk.run(order, order.endpoints.discard(file_id))


class Listing:
    """The stored files: await them, or iterate over them."""

    def __init__(self, desk: Desk, provider: str, options: dict[str, Any]) -> None:
        self._desk = desk
        self._provider = provider
        self._options = options

    def __await__(self) -> Generator[Any, None, FilePage]:
        return self._fetch().__await__()

    async def __aiter__(self) -> AsyncIterator[FileObject]:
        """Yield the files one by one."""
        for file in await self._fetch():
            yield file

    async def _fetch(self) -> FilePage:
        order = self._desk.order_from(self._provider, "files", self._options)
        return await self._desk.run(order, order.endpoints.kept(order.wish))


class StreamedFiles:
    """Contents of files that are read as they come."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @asynccontextmanager
    async def content(self, file_id: str, *, provider: str = USUAL, **options: Any) -> AsyncIterator[AsyncBytes]:
        """Give the content of a file as it comes.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order_from(provider, file_id, options)
        made = await self._desk.run(order, order.endpoints.open(file_id))
        content = AsyncBytes(self._desk.pieces(order, made))
        try:
            yield content
        finally:
            await content.close()
