"""Google AI Studio's vectors and files.

See https://ai.google.dev/api/files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import CreateEmbeddingResponse, FileDeleted, FileObject, FilePage
from omnichat.endpoints.dates import seconds
from omnichat.endpoints.gemini import GeminiEndpoints
from omnichat.endpoints.openai import safe
from omnichat.endpoints.vectors import answer, batches, plain
from omnichat.errors import ServerError
from omnichat.provider import Call, Steps, Wish
from omnichat.uploads import Upload
from omnichat.wire_json import count, mapping, mappings, words

MOST_TEXTS = 100
MOST_PAGES = 50
STATES = {"ACTIVE": "processed", "PROCESSING": "uploaded", "FAILED": "error"}


@dataclass(frozen=True, kw_only=True)
class GoogleEndpoints(GeminiEndpoints):
    """Files are kept for two days; only those that a model made can be fetched."""

    offers: Capability = GeminiEndpoints.offers | Capability.STORAGE

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        rest = {name: value for name, value in wish.items() if name not in {"input", "encoding_format", "user"}}
        if size := rest.pop("dimensions", None):
            rest["outputDimensionality"] = size
        vectors, tokens = list[Any](), 0
        for some in batches(plain(wish), MOST_TEXTS):
            path = self.place(model)
            asked = [{"model": path[1:], "content": {"parts": [{"text": text}]}, **rest} for text in some]
            told = (yield Call(f"{path}:batchEmbedContents", {"requests": asked})).object()
            vectors += [row.get("values") for row in mappings(told.get("embeddings"))]
            tokens += count(mapping(told.get("usageMetadata")), "promptTokenCount")
        return answer(model, wish, vectors, tokens)

    @override
    def keep(self, file: Upload, wish: Wish) -> Steps[FileObject]:
        begun = yield Call(
            "/files",
            {"file": {"display_name": file.name}},
            headers={
                "X-Goog-Upload-Protocol": "resumable",
                "X-Goog-Upload-Command": "start",
                "X-Goog-Upload-Header-Content-Length": str(file.size),
                "X-Goog-Upload-Header-Content-Type": file.media_type,
            },
            base="/upload",
        )
        address = begun.headers.get("x-goog-upload-url", "")
        if not address:
            raise ServerError("did not say where to send the file", provider="")
        command = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
        return _described(mapping((yield Call(address, body=file, headers=command)).object().get("file")))

    @override
    def kept(self, wish: Wish) -> Steps[FilePage]:
        files, token = list[FileObject](), ""
        for _ in range(MOST_PAGES):
            told = (yield Call(f"/files?pageSize=100{token}", method="GET")).object()
            files += [_described(row) for row in mappings(told.get("files"))]
            onward = words(told.get("nextPageToken"))
            if not onward:
                break
            token = f"&pageToken={quote(onward, safe='')}"
        return FilePage(data=files)

    @override
    def look_up(self, file_id: str) -> Steps[FileObject]:
        return _described((yield Call(_path(file_id), method="GET")).object())

    @override
    def open(self, file_id: str) -> Steps[bytes | Call]:
        yield from ()
        return Call(f"{_path(file_id)}:download?alt=media", method="GET")

    @override
    def discard(self, file_id: str) -> Steps[FileDeleted]:
        yield Call(_path(file_id), method="DELETE")
        return FileDeleted(id=file_id)


def _path(file_id: str) -> str:
    return f"/files/{safe(file_id.removeprefix('files/'))}"


def _described(row: Mapping[str, Any]) -> FileObject:
    size = words(row.get("sizeBytes"))
    if not words(row.get("name")):
        raise ServerError("described no file", provider="")
    return FileObject(
        id=row["name"],
        bytes=int(size) if size.isdecimal() else 0,
        created_at=seconds(words(row.get("createTime"))),
        filename=words(row.get("displayName")),
        status=STATES.get(words(row.get("state")), "processed"),
        expires_at=seconds(words(row.get("expirationTime"))) or None,
        status_details=words(mapping(row.get("error")).get("message")) or None,
    )
