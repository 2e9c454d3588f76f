"""What recorded answers say that no official client read into words: found in their last or only parts."""

from __future__ import annotations

import json
from typing import Any


def read_by_hand(recording: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return what has to be read from a recording; what an official client has read is not asked again."""
    expected: dict[str, Any] = recording["expected"]
    if recording["api"] == "chat_v1" and "error" in expected:  # a stream, asked for by a client that wanted none
        last = json.loads(body.splitlines()[-1])["response"]
        return {"text": last["text"], "finish": last["finish_reason"], "usage": last["meta"]}
    if recording["api"] == "generate" and "unread" in expected:  # by enums that came as numbers
        whole = json.loads(body)
        (candidate,) = whole["candidates"]
        text = "".join(part["text"] for part in candidate["content"]["parts"])
        return {"text": text, "finish": {1: "stop"}[candidate["finishReason"]], "usage": whole["usageMetadata"]}
    return expected
