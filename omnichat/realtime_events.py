"""What is said over a live connection, under OpenAI's names.

See https://platform.openai.com/docs/api-reference/realtime-server-events.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")
Say: TypeAlias = Callable[[Mapping[str, Any]], T]


@dataclass(frozen=True, slots=True)
class RealtimeEvent:
    """An event of the server, or a part of one; the names in ``fields`` are its attributes."""

    fields: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Return a field, objects again as events."""
        if name == "fields" or name not in self.fields:
            raise AttributeError(name)
        return _wrapped(self.fields[name])

    def model_dump(self) -> dict[str, Any]:
        """Return the event as plain dictionaries and lists."""
        return dict(self.fields)

    def model_dump_json(self) -> str:
        """Return the event as JSON."""
        return json.dumps(self.fields, ensure_ascii=False)


def _wrapped(value: Any) -> Any:
    if isinstance(value, Mapping):
        return RealtimeEvent(value)
    return [_wrapped(item) for item in value] if isinstance(value, list) else value


class Events(Generic[T]):
    """The events of a client, said through ``say``; its client gives each a ``type`` and leaves out what is None."""

    def __init__(self, say: Say[T]) -> None:
        self._give = say

    def _say(self, kind: str, **fields: Any) -> T:
        return self._give({"type": kind, **{name: value for name, value in fields.items() if value is not None}})


class Session(Events[T]):
    """The ``session`` of a connection."""

    def update(self, *, session: Mapping[str, Any], event_id: str | None = None) -> T:
        """Set instructions, voice, tools, formats and turn detection."""
        return self._say("session.update", session=session, event_id=event_id)


class Response(Events[T]):
    """The ``response`` of a connection."""

    def create(self, *, response: Mapping[str, Any] | None = None, event_id: str | None = None) -> T:
        """Ask for an answer now."""
        return self._say("response.create", response=response, event_id=event_id)

    def cancel(self, *, response_id: str | None = None, event_id: str | None = None) -> T:
        """End the answer that is running."""
        return self._say("response.cancel", response_id=response_id, event_id=event_id)


class InputAudioBuffer(Events[T]):
    """The ``input_audio_buffer`` of a connection."""

    def append(self, *, audio: str, event_id: str | None = None) -> T:
        """Add sound: base64 of 16-bit PCM at 24 kHz, unless the session says otherwise."""
        return self._say("input_audio_buffer.append", audio=audio, event_id=event_id)

    def commit(self, *, event_id: str | None = None) -> T:
        """Say that the speaker has finished."""
        return self._say("input_audio_buffer.commit", event_id=event_id)

    def clear(self, *, event_id: str | None = None) -> T:
        """Forget the sound not yet committed."""
        return self._say("input_audio_buffer.clear", event_id=event_id)


class Item(Events[T]):
    """The ``conversation.item`` of a connection."""

    def create(self, *, item: Mapping[str, Any], previous_item_id: str | None = None, event_id: str | None = None) -> T:
        """Add a message, or the result of a tool."""
        return self._say("conversation.item.create", item=item, previous_item_id=previous_item_id, event_id=event_id)

    def delete(self, *, item_id: str, event_id: str | None = None) -> T:
        """Take an item out of the conversation."""
        return self._say("conversation.item.delete", item_id=item_id, event_id=event_id)

    def retrieve(self, *, item_id: str, event_id: str | None = None) -> T:
        """Ask for an item as the server has it."""
        return self._say("conversation.item.retrieve", item_id=item_id, event_id=event_id)

    def truncate(self, *, item_id: str, content_index: int, audio_end_ms: int, event_id: str | None = None) -> T:
        """Cut an answer of the assistant to what was heard of it, in milliseconds."""
        fields = {"item_id": item_id, "content_index": content_index, "audio_end_ms": audio_end_ms}
        return self._say("conversation.item.truncate", **fields, event_id=event_id)


class Conversation(Events[T]):
    """The ``conversation`` of a connection."""

    def __init__(self, say: Say[T]) -> None:
        super().__init__(say)
        self.item = Item(say)
