"""What Gemini says live, in OpenAI's events.

See https://ai.google.dev/api/live.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count as counting
from typing import Any

from omnichat.live_wire import Frame
from omnichat.wire_json import count, mapping, mappings, words


class LiveAnswer:
    """Read frames one after the other; knows the answer that is running, if one is."""

    def __init__(self) -> None:
        self._numbers = counting(1)
        self._number = 0
        self._open = False
        self._text = ""
        self._transcript = ""
        self._sounded = False
        self._heard = ""
        self._usage: dict[str, Any] | None = None

    def read(self, frame: Frame) -> list[Frame]:
        """Return the events in a frame of the server."""
        self._usage = _usage(mapping(frame.get("usageMetadata"))) or self._usage
        content = mapping(frame.get("serverContent"))
        return [
            *self._hear(words(mapping(content.get("inputTranscription")).get("text"))),
            *self._speak(content),
            *self._call(mappings(mapping(frame.get("toolCall")).get("functionCalls"))),
            *self._end(content),
        ]

    def _hear(self, text: str) -> Iterator[Frame]:
        if text:
            self._heard += text
            said = {"item_id": f"heard_{self._number + 1}", "content_index": 0, "delta": text}
            yield {"type": "conversation.item.input_audio_transcription.delta", **said}

    def _speak(self, content: Mapping[str, Any]) -> Iterator[Frame]:
        for part in mappings(mapping(content.get("modelTurn")).get("parts")):
            sound = words(mapping(part.get("inlineData")).get("data"))
            text = "" if part.get("thought") else words(part.get("text"))
            if sound:
                yield from self._begin()
                self._sounded = True
                yield self._of_answer("response.output_audio.delta", delta=sound)
            if text:
                yield from self._begin()
                self._text += text
                yield self._of_answer("response.output_text.delta", delta=text)
        spoken = words(mapping(content.get("outputTranscription")).get("text"))
        if spoken:
            yield from self._begin()
            self._transcript += spoken
            yield self._of_answer("response.output_audio_transcript.delta", delta=spoken)

    def _call(self, calls: list[dict[str, Any]]) -> Iterator[Frame]:
        if not calls:
            return
        yield from self._begin()
        items = list[dict[str, Any]]()
        for call in calls:
            arguments = json.dumps(mapping(call.get("args")), ensure_ascii=False)
            said = {"call_id": words(call.get("id")), "name": words(call.get("name")), "arguments": arguments}
            items.append({"type": "function_call", "status": "completed", **said})
            yield self._of_answer("response.function_call_arguments.done", **said)
        yield from self._close("completed", items)

    def _end(self, content: Mapping[str, Any]) -> Iterator[Frame]:
        if content.get("interrupted"):
            yield {"type": "input_audio_buffer.speech_started"}
        if self._open and content.get("interrupted"):
            yield from self._close("cancelled", [])
        elif self._open and content.get("turnComplete"):
            yield from self._close("completed", [])

    def _begin(self) -> Iterator[Frame]:
        if self._open:
            return
        self._number, self._open = next(self._numbers), True
        if self._heard:
            said = {"item_id": f"heard_{self._number}", "content_index": 0, "transcript": self._heard}
            yield {"type": "conversation.item.input_audio_transcription.completed", **said}
            self._heard = ""
        yield {"type": "response.created", "response": self._response("in_progress", [])}

    def _close(self, status: str, items: list[dict[str, Any]]) -> Iterator[Frame]:
        content = list[dict[str, Any]]()
        if self._text:
            content.append({"type": "output_text", "text": self._text})
            yield self._of_answer("response.output_text.done", text=self._text)
        if self._sounded:
            yield self._of_answer("response.output_audio.done")
        if self._transcript or self._sounded:
            content.append({"type": "output_audio", "transcript": self._transcript})
            yield self._of_answer("response.output_audio_transcript.done", transcript=self._transcript)
        if content:
            item = {"id": f"item_{self._number}", "type": "message", "role": "assistant", "content": content}
            items = [item, *items]
        yield {"type": "response.done", "response": self._response(status, items)}
        self._open, self._text, self._transcript, self._sounded, self._usage = False, "", "", False, None

    def _response(self, status: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        head = {"id": f"resp_{self._number}", "object": "realtime.response", "status": status}
        return {**head, "output": items, "usage": self._usage}

    def _of_answer(self, kind: str, **fields: Any) -> Frame:
        place = {"response_id": f"resp_{self._number}", "item_id": f"item_{self._number}"}
        return {"type": kind, **place, "output_index": 0, "content_index": 0, **fields}


def _usage(counted: Mapping[str, Any]) -> dict[str, Any] | None:
    if not counted:
        return None
    asked, answered = count(counted, "promptTokenCount"), count(counted, "responseTokenCount", "candidatesTokenCount")
    thought, cached = count(counted, "thoughtsTokenCount"), count(counted, "cachedContentTokenCount")
    return {
        "input_tokens": asked,
        "output_tokens": answered + thought,
        "total_tokens": count(counted, "totalTokenCount") or asked + answered + thought,
        "input_token_details": {**_kinds(counted.get("promptTokensDetails")), "cached_tokens": cached},
        "output_token_details": _kinds(counted.get("responseTokensDetails")),
    }


def _kinds(details: object) -> dict[str, int]:
    return {
        f"{words(kind.get('modality')).lower()}_tokens": count(kind, "tokenCount")
        for kind in mappings(details)
        if words(kind.get("modality"))
    }
