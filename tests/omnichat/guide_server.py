"""A small server that says what the library guide expects to hear."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.omnichat.far_end import DONE, END, event, word
from tests.omnichat.far_socket import FarSocket, conversation

TIDE = json.dumps({"harbour": "Husum", "time": "04:17"})


def response(text: str) -> dict[str, Any]:
    said = {"type": "message", "id": "msg-1", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"id": "resp-1", "object": "response", "model": "m", "status": "completed", "output": [said]}


USAGE = event({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}})
CALL = {"index": 0, "id": "call_1", "function": {"name": "get_tide", "arguments": '{"harbour": "Husum"}'}}
FILE = {"id": "file-1", "object": "file", "filename": "tides.txt", "bytes": 16, "created_at": 1, "purpose": "user_data"}
VECTOR = {"object": "embedding", "embedding": [0.5, 0.25]}
ANSWERS: dict[tuple[str, str], Any] = {
    ("GET", "/models"): {"object": "list", "data": [{"id": "some-model", "object": "model"}]},
    ("POST", "/embeddings"): {
        "object": "list",
        "data": [{**VECTOR, "index": 0}, {**VECTOR, "index": 1}],
        "model": "m",
        "usage": {"prompt_tokens": 2, "total_tokens": 2},
    },
    ("POST", "/audio/speech"): b"sound",
    ("POST", "/audio/transcriptions"): {"text": "Ahoy!"},
    ("POST", "/audio/translations"): {"text": "Ahoy!"},
    ("POST", "/completions"): {"id": "cmpl-1", "choices": [{"text": " four.", "index": 0, "finish_reason": "stop"}]},
    ("POST", "/images/generations"): {"created": 1, "data": [{"b64_json": "iVBORw0KGgo="}]},
    ("POST", "/images/edits"): {"created": 1, "data": [{"b64_json": "iVBORw0KGgo="}]},
    ("POST", "/files"): FILE,
    ("GET", "/files"): {"object": "list", "data": [FILE], "has_more": False},
    ("GET", "/files/file-1"): FILE,
    ("GET", "/files/file-1/content"): b"High water 04:17",
    ("DELETE", "/files/file-1"): {"id": "file-1", "object": "file", "deleted": True},
    ("GET", "/responses/resp-1"): response("Hello!"),
    ("DELETE", "/responses/resp-1"): {"id": "resp-1", "object": "response", "deleted": True},
    ("POST", "/moderations"): {
        "id": "modr-1",
        "model": "m",
        "results": [{"flagged": False, "categories": {}, "category_scores": {}}],
    },
}


async def answer(request: web.Request) -> web.StreamResponse:
    path = request.path.removeprefix("/v1")
    if path == "/realtime":
        return await FarSocket(steps=conversation("openai")).answer(request)
    if path == "/chat/completions":
        return chat(await request.json())
    if path == "/responses":
        return respond(await request.json())
    said = ANSWERS[request.method, path]
    if isinstance(said, bytes):
        return web.Response(body=said, content_type="application/octet-stream")
    return web.json_response(said)


def chat(asked: dict[str, Any]) -> web.Response:
    if asked["model"] == "gpt-busy":
        refused = {"error": {"message": "Slow down", "type": "rate_limit_error", "code": "rate_limit_exceeded"}}
        return web.json_response(refused, status=429, headers={"Retry-After": "1"})
    end = END
    if asked["messages"][-1]["role"] == "tool":
        pieces = [word("High water in Husum"), word(" is at 04:17.")]
    elif asked.get("tools"):
        pieces = [event({"choices": [{"index": 0, "delta": {"tool_calls": [CALL]}}]})]
        end = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    elif asked.get("response_format"):
        pieces = [word(TIDE)]
    else:
        pieces = [word("Hel"), word("lo!")]
    return web.Response(body=b"".join([*pieces, end, USAGE, DONE]), content_type="text/event-stream")


def respond(asked: dict[str, Any]) -> web.Response:
    text = TIDE if "text" in asked else "Hello!"
    piece = {"type": "response.output_text.delta", "item_id": "msg-1", "delta": text}
    over = {"type": "response.completed", "response": response(text)}
    return web.Response(body=event(piece) + event(over), content_type="text/event-stream")


@asynccontextmanager
async def guide_server() -> AsyncIterator[str]:
    """Give the address of the server, below which OpenAI's paths are."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()
