"""What recorded answers say where no official client has read them into words, found by the plainest means."""

from __future__ import annotations

import json
from typing import Any

METRICS = "amazon-bedrock-invocationMetrics"


def read_by_hand(recording: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return what has to be read from a recording; what an official client has read is not asked again."""
    expected: dict[str, Any] = recording["expected"]
    if recording["api"] == "invoke":
        return _invoked(expected["events"]) if "events" in expected else _whole(expected["json"])
    if recording["api"] == "chat_v1" and "error" in expected:  # a stream, asked for by a client that wanted none
        last = json.loads(body.splitlines()[-1])["response"]
        return {"text": last["text"], "finish": last["finish_reason"], "usage": last["meta"]}
    return _refused_by_its_client(json.loads(body)) if "unread" in expected else expected


def _refused_by_its_client(answer: dict[str, Any]) -> dict[str, Any]:
    match answer:
        case {"choices": [{"finish_reason": reason, **choice}], "usage": usage} if "message" not in choice:
            return {"text": "", "finish": reason, "usage": usage}
        case {"candidates": [{"content": {"parts": parts}, "finishReason": 1}], "usageMetadata": usage}:
            return {"text": "".join(part["text"] for part in parts), "finish": "stop", "usage": usage}
    raise AssertionError(f"nobody has read by hand what begins with {list(answer)}")


def _invoked(events: list[dict[str, Any]]) -> dict[str, Any]:
    if "type" in events[0]:
        return _claude(events)
    if "messageStart" in events[0]:
        return _nova(events)
    last = events[-1]
    text = "".join(event.get("outputText", event.get("generation", "")) for event in events)
    reason = last.get("completionReason", last.get("stop_reason"))
    usage = {"inputTokens": last[METRICS]["inputTokenCount"], "outputTokens": last[METRICS]["outputTokenCount"]}
    return {"text": text, "finish": reason, "usage": usage}


def _claude(events: list[dict[str, Any]]) -> dict[str, Any]:
    calls: dict[int, dict[str, str]] = {}
    text, usage, finish = "", dict[str, Any](), ""
    for event in events:
        match event:
            case {"type": "message_start", "message": {"usage": counted}}:
                usage |= counted
            case {"type": "content_block_start", "index": place, "content_block": {"type": "tool_use", "name": name}}:
                calls[place] = {"name": name, "arguments": ""}
            case {"delta": {"text": piece}}:
                text += piece
            case {"index": place, "delta": {"partial_json": piece}}:
                calls[place]["arguments"] += piece
            case {"type": "message_delta", "delta": {"stop_reason": finish}, "usage": counted}:
                usage |= counted
    told = [{"name": one["name"], "arguments": json.loads(one["arguments"])} for one in calls.values()]
    return {"text": text, "finish": finish, "usage": usage, **({"tool_calls": told} if told else {})}


def _nova(events: list[dict[str, Any]]) -> dict[str, Any]:
    pieces = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
    (finish,) = (event["messageStop"]["stopReason"] for event in events if "messageStop" in event)
    return {"text": "".join(pieces), "finish": finish, "usage": events[-1]["metadata"]["usage"]}


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    match answer:
        case {"completions": [{"data": {"text": text}, "finishReason": {"reason": reason}}]}:
            return {"text": text, "finish": reason}
        case {"generation": text, "stop_reason": reason}:
            counts = {
                "prompt_tokens": answer["prompt_token_count"],
                "completion_tokens": answer["generation_token_count"],
            }
            return {"text": text, "finish": reason, "usage": counts}
        case {"output": {"message": {"content": blocks}}, "stopReason": reason, "usage": usage}:
            told = [block["toolUse"] for block in blocks if "toolUse" in block]
            calls = [{"name": call["name"], "arguments": call["input"]} for call in told]
            text = "".join(block.get("text", "") for block in blocks)
            return {"text": text, "finish": reason, "usage": usage, **({"tool_calls": calls} if calls else {})}
    raise AssertionError(f"nobody has read by hand what begins with {list(answer)}")
