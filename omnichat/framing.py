"""Bytes from the wire, cut into events.

See https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from codecs import getincrementaldecoder

from typing_extensions import override

from omnichat.aws_frames import DamagedFrameError, Frame, FrameBuffer
from omnichat.provider import ServerEvent
from omnichat.wire_json import object_in

LINE_END = re.compile(r"\r\n|\r|\n")  # str.splitlines would also cut at U+2028 and U+0085, which occur inside JSON
FIELDS = ("", "id", "retry")
SAYING = {"output", "done", "error"}  # the names of events whose blank data says something
BEGINNINGS = ("data:", "event:", "id:", "retry:", ":")
MOST_STRAY = 1000  # lines
LINES = ("ndjson", "jsonl", "json-lines", "stream+json")
AWS = "application/vnd.amazon.eventstream"
UTF8 = getincrementaldecoder("utf-8-sig")


class Framer(ABC):
    """Remember the beginning of an event until its end arrives."""

    def __init__(self) -> None:
        self._decoder = UTF8("replace")
        self._rest: list[str] = []

    @abstractmethod
    def feed(self, data: bytes) -> list[ServerEvent]:
        """Return the events that ``data`` completes."""

    @abstractmethod
    def end(self) -> list[ServerEvent]:
        """Return the event left without an end, if there is one."""

    def _lines(self, data: bytes, *, final: bool = False) -> list[str]:
        """Return the lines that ``data`` completes; keep the rest, and a ``\\r`` whose ``\\n`` may still come."""
        text = self._decoder.decode(data, final)
        if not final and "\n" not in text and "\r" not in text and not (self._rest and self._rest[-1].endswith("\r")):
            self._rest.append(text)
            return []
        text = "".join([*self._rest, text])
        held = "\r" if text.endswith("\r") and not final else ""
        *lines, rest = LINE_END.split(text[:-1] if held else text) if "\r" in text else text.split("\n")
        self._rest = [rest + held]
        return lines


class EventStream(Framer):
    """Server-sent events: fields a line, a blank line between events, comments after a colon.

    A server that fails may say so in plain JSON between them, or instead of them: that is an event too.
    """

    def __init__(self) -> None:
        super().__init__()
        self._name = ""
        self._data: list[str] = []
        self._stray: list[str] = []

    @override
    def feed(self, data: bytes) -> list[ServerEvent]:
        return self._events(self._lines(data))

    @override
    def end(self) -> list[ServerEvent]:
        lines = self._lines(b"", final=True)
        events = self._events([*lines, *self._rest, ""])
        stray = "\n".join(self._stray)
        return [*events, *_values(stray)] if stray[:1] in ("{", "[") else events

    def _events(self, lines: list[str]) -> list[ServerEvent]:
        events = []
        for line in lines:
            if not line:
                data = "\n".join(self._data)
                if (data and not data.isspace()) or (self._data and self._name in SAYING):
                    events.append(ServerEvent(data, self._name or "message"))
                self._name, self._data = "", []
                continue
            field, _, value = line.partition(":")
            if field == "data":
                self._data.append(value.removeprefix(" "))
            elif field == "event":
                self._name = value.removeprefix(" ")
            elif field not in FIELDS and len(self._stray) < MOST_STRAY:
                self._stray.append(line)
        return events


class JsonLines(Framer):
    """One JSON value a line."""

    @override
    def feed(self, data: bytes) -> list[ServerEvent]:
        return self._events(self._lines(data))

    @override
    def end(self) -> list[ServerEvent]:
        return self._events([*self._lines(b"", final=True), *self._rest])

    def _events(self, lines: list[str]) -> list[ServerEvent]:
        return [ServerEvent(line) for line in lines if line and not line.isspace()]


class WholeBody(Framer):
    """The whole body is one event: the answer of a server that does not stream, or calls a stream by a wrong name."""

    @override
    def feed(self, data: bytes) -> list[ServerEvent]:
        self._rest.append(self._decoder.decode(data))
        return []

    @override
    def end(self) -> list[ServerEvent]:
        text = "".join([*self._rest, self._decoder.decode(b"", True)])
        if text.lstrip().startswith(BEGINNINGS):
            stream = EventStream()
            return [*stream.feed(text.encode("utf-8", "replace")), *stream.end()]
        return _values(text) if text.strip() else []


def _values(text: str) -> list[ServerEvent]:
    """Return the JSON in ``text`` as one event; several values, one a line, are one event each."""
    first, _, rest = text.strip().partition("\n")
    if not rest or not object_in(first):
        return [ServerEvent(text)]
    return [ServerEvent(line) for line in text.splitlines() if line.strip()]


class AwsEvents(Framer):
    """Amazon's event stream; exceptions, errors and damage become events named ``error``, in OpenAI's shape."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = FrameBuffer()
        self._damaged = False

    @override
    def feed(self, data: bytes) -> list[ServerEvent]:
        events = list[ServerEvent]()
        self._buffer.add(data)
        try:
            while not self._damaged and (frame := self._buffer.take()):
                events.append(_event(frame))
        except DamagedFrameError as error:
            self._damaged = True
            events.append(_failure("damaged_frame", str(error)))
        return events

    @override
    def end(self) -> list[ServerEvent]:
        return []


def _event(frame: Frame) -> ServerEvent:
    text = frame.payload.decode("utf-8", "replace")
    kind = frame.headers.get(":message-type")
    if kind == "error":
        return _failure(frame.headers.get(":error-code"), str(frame.headers.get(":error-message", "")))
    if kind == "exception":
        return _failure(frame.headers.get(":exception-type"), text)
    return ServerEvent(text, str(frame.headers.get(":event-type", "message")))


def _failure(code: object, text: str) -> ServerEvent:
    error = {"message": text, **object_in(text), "code": str(code)}
    return ServerEvent(json.dumps({"error": error}, ensure_ascii=False), "error")


def framer_for(content_type: str) -> Framer:
    """Return the framer for a response's ``Content-Type``; events where it says nothing we know."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"application/json", "text/html"}:
        return WholeBody()
    if kind == AWS:
        return AwsEvents()
    return JsonLines() if kind.endswith(LINES) else EventStream()
