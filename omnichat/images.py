"""``client.images``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, overload

from omnichat.capabilities import Capability
from omnichat.desk import Desk, Order
from omnichat.fallback import ModelNames
from omnichat.media_answers import ImageEvent, ImagesResponse
from omnichat.pieces import AsyncPieces
from omnichat.provider import Call, Drawing
from omnichat.shaping import shaped
from omnichat.uploads import FileInput, read_upload


class AsyncImages:
    """Pictures, drawn and changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @overload
    async def generate(
        self, *, model: ModelNames, prompt: str, stream: Literal[False] = False, **options: Any
    ) -> ImagesResponse: ...
    @overload
    async def generate(
        self, *, model: ModelNames, prompt: str, stream: Literal[True], **options: Any
    ) -> AsyncPieces[ImageEvent]: ...
    @overload
    async def generate(
        self, *, model: ModelNames, prompt: str, stream: bool, **options: Any
    ) -> ImagesResponse | AsyncPieces[ImageEvent]: ...
    async def generate(
        self, *, model: ModelNames, prompt: str, stream: bool = False, **options: Any
    ) -> ImagesResponse | AsyncPieces[ImageEvent]:
        """Return pictures of what ``prompt`` describes, or, with ``stream``, sketches on the way to them.

        ``options`` are OpenAI's: ``n``, ``size``, ``quality``, ``response_format`` and such.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        wish = {"prompt": prompt, **({"stream": True} if stream else {}), **options}

        async def draw(order: Order) -> ImagesResponse | AsyncPieces[ImageEvent]:
            return await self._made(order, order.endpoints.draw(order.model, order.wish))

        return await self._desk.first_of(model, Capability.IMAGES, wish, draw)

    @overload
    async def edit(
        self,
        *,
        model: ModelNames,
        image: FileInput | list[FileInput],
        prompt: str,
        mask: FileInput | None = None,
        stream: Literal[False] = False,
        **options: Any,
    ) -> ImagesResponse: ...
    @overload
    async def edit(
        self,
        *,
        model: ModelNames,
        image: FileInput | list[FileInput],
        prompt: str,
        mask: FileInput | None = None,
        stream: Literal[True],
        **options: Any,
    ) -> AsyncPieces[ImageEvent]: ...
    async def edit(
        self,
        *,
        model: ModelNames,
        image: FileInput | list[FileInput],
        prompt: str,
        mask: FileInput | None = None,
        stream: bool = False,
        **options: Any,
    ) -> ImagesResponse | AsyncPieces[ImageEvent]:
        """Return a picture, or a list of them, changed as ``prompt`` says, and only where ``mask`` is transparent.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        wish = {"prompt": prompt, **({"stream": True} if stream else {}), **options}
        given = [await read_upload(one) for one in (image if isinstance(image, list) else [image])]
        over = await read_upload(mask) if mask is not None else None

        async def redraw(order: Order) -> ImagesResponse | AsyncPieces[ImageEvent]:
            return await self._made(order, order.endpoints.redraw(order.model, given, over, order.wish))

        return await self._desk.first_of(model, Capability.IMAGE_EDITS, wish, redraw)

    async def _made(self, order: Order, steps: Drawing) -> ImagesResponse | AsyncPieces[ImageEvent]:
        made = await self._desk.run(order, steps, heavy=True)
        if not isinstance(made, Call):
            return replace(made, model=order.name)

        def read(news: Mapping[str, Any]) -> ImageEvent:
            return replace(shaped(ImageEvent, news), model=order.name)

        return await self._desk.stream(order, made, read, _is_last)


def _is_last(event: ImageEvent) -> bool:
    return event.type.endswith(".completed")
