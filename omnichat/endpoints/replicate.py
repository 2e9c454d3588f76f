"""Pictures that Replicate's models draw, as predictions, and files for its models to work on."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import FileDeleted, FileObject, FilePage
from omnichat.endpoints.dates import seconds
from omnichat.endpoints.openai import safe
from omnichat.errors import BadRequestError, ServerError, TimedOutError
from omnichat.media_answers import Image, ImagesResponse
from omnichat.pictures import ratio
from omnichat.provider import Call, Drawing, Endpoints, Steps, Wish
from omnichat.refusals import refusal
from omnichat.uploads import Upload
from omnichat.wire_json import count, mappings, words

VERSION = re.compile(r"(?:.*:)?([0-9a-f]{40,64})")
WAIT = {"Prefer": "wait=60"}  # the most that Replicate waits with an answer, in seconds
LOOKS = 300
PAUSE = 1.0  # seconds between two looks
OVER = {"succeeded", "failed", "canceled", "aborted"}
MOST_PAGES = 50
TRANSLATED = {"prompt", "n", "size", "quality", "response_format", "user"}


@dataclass(frozen=True)
class ReplicateEndpoints(Endpoints):
    """What a model takes beside a prompt is its own affair, and goes into the wish as it is.

    A stored file is given to a model as ``https://api.replicate.com/v1/files/<id>``, and to nobody else.
    """

    offers: Capability = Capability.IMAGES | Capability.IMAGE_EDITS | Capability.STORAGE

    @override
    def draw(self, model: str, wish: Wish) -> Drawing:
        return (yield from _drawn(model, wish, {}))

    @override
    def redraw(self, model: str, images: Sequence[Upload], mask: Upload | None, wish: Wish) -> Drawing:
        urls = [image.data_url() for image in images]
        over = {"mask": mask.data_url()} if mask else {}
        return (yield from _drawn(model, wish, {"image": urls[0], "image_input": urls, **over}))

    @override
    def keep(self, file: Upload, wish: Wish) -> Steps[FileObject]:
        return _described((yield Call("/files", form=(("content", file),))).object())

    @override
    def kept(self, wish: Wish) -> Steps[FilePage]:
        files, query = list[FileObject](), ""
        for _ in range(MOST_PAGES):
            told = (yield Call(f"/files{query}", method="GET")).object()
            files += [_described(row) for row in mappings(told.get("results"))]
            onward = urlsplit(words(told.get("next"))).query  # its place is known: the key goes nowhere else
            if not onward:
                break
            query = f"?{onward}"
        return FilePage(data=files)

    @override
    def look_up(self, file_id: str) -> Steps[FileObject]:
        return _described((yield Call(f"/files/{safe(file_id)}", method="GET")).object())

    @override
    def open(self, file_id: str) -> Steps[bytes | Call]:
        yield from ()
        raise BadRequestError("gives stored files to its models only", provider="")

    @override
    def discard(self, file_id: str) -> Steps[FileDeleted]:
        yield Call(f"/files/{safe(file_id)}", method="DELETE")
        return FileDeleted(id=file_id)


def _described(row: Mapping[str, Any]) -> FileObject:
    if not words(row.get("id")):
        raise ServerError("described no file", provider="")
    return FileObject(
        id=row["id"],
        bytes=count(row, "size"),
        created_at=seconds(words(row.get("created_at"))),
        filename=words(row.get("name")),
        expires_at=seconds(words(row.get("expires_at"))) or None,
    )


def _drawn(model: str, wish: Wish, before: dict[str, Any]) -> Drawing:
    several = {"num_outputs": wish["n"]} if wish.get("n") else {}
    shape = {"aspect_ratio": found} if (found := ratio(words(wish.get("size")))) else {}
    own = {name: value for name, value in wish.items() if name not in TRANSLATED}
    body: dict[str, Any] = {"input": {"prompt": wish["prompt"], **several, **shape, **before, **own}}
    version = VERSION.fullmatch(model)
    path = "/predictions" if version else f"/models/{quote(model, safe='/')}/predictions"
    job = (yield Call(path, {**body, **({"version": version[1]} if version else {})}, headers=WAIT)).object()
    for _ in range(LOOKS):
        if words(job.get("status")) in OVER:
            return _gallery(job)
        place = f"/predictions/{quote(words(job.get('id')), safe='')}"
        job = (yield Call(place, method="GET", after=PAUSE)).object()
    raise TimedOutError("took too long to draw", provider="")


def _gallery(job: dict[str, Any]) -> ImagesResponse:
    if job.get("status") != "succeeded":
        raise refusal(str(job.get("error") or f"the prediction ended as {job.get('status')}"))
    found = job.get("output")
    urls = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str)]
    if not urls:
        raise ServerError("drew nothing", provider="")
    return ImagesResponse(data=[Image(url=url) for url in urls], created=int(time.time()))
