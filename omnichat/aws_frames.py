"""Amazon's event stream: binary frames, each with two checksums.

See https://smithy.io/2.0/aws/amazon-eventstream.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TypeAlias
from zlib import crc32

PRELUDE = Struct(">III")  # length of the frame, length of its headers, checksum of these two
SUM = Struct(">I")
LARGEST_HEADERS = 128 * 1024
LARGEST_PAYLOAD = 24 * 1024 * 1024

Value: TypeAlias = bool | int | bytes | str

NUMBERS = {2: Struct(">b"), 3: Struct(">h"), 4: Struct(">i"), 5: Struct(">q"), 8: Struct(">q")}  # 8: milliseconds
LENGTH = Struct(">H")
BYTES, TEXT, IDENTIFIER = 6, 7, 9


class DamagedFrameError(ValueError):
    """The bytes are no frame, or not the one that was sent."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: headers by name, and a payload that they describe."""

    headers: dict[str, Value]
    payload: bytes


class FrameBuffer:
    """Remember the beginning of a frame until its end arrives."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, data: bytes) -> None:
        """Take in what arrived."""
        self._bytes += data

    def take(self) -> Frame | None:
        """Return the next whole frame, or nothing while bytes are missing; raise ``DamagedFrameError``."""
        if len(self._bytes) < PRELUDE.size:
            return None
        total, headed, told = PRELUDE.unpack_from(self._bytes)
        if crc32(self._bytes[:8]) != told:
            raise DamagedFrameError("the checksum of a frame's beginning is wrong")
        payload = total - headed - PRELUDE.size - SUM.size
        if headed > LARGEST_HEADERS or not 0 <= payload <= LARGEST_PAYLOAD:
            raise DamagedFrameError("a frame has an impossible length")
        if len(self._bytes) < total:
            return None
        frame = bytes(self._bytes[:total])
        del self._bytes[:total]
        return _frame(frame, PRELUDE.size + headed)


def _frame(frame: bytes, start: int) -> Frame:
    if crc32(frame[: -SUM.size]) != SUM.unpack_from(frame, len(frame) - SUM.size)[0]:
        raise DamagedFrameError("the checksum of a frame is wrong")
    try:
        headers = _headers(frame, PRELUDE.size, start)
    except (ValueError, IndexError) as error:
        raise DamagedFrameError("a frame has malformed headers") from error
    return Frame(headers, frame[start : -SUM.size])


def _headers(frame: bytes, at: int, end: int) -> dict[str, Value]:
    headers: dict[str, Value] = {}
    while at < end:
        name, at = _sized(frame, at + 1, frame[at])
        headers[name.decode()], at = _value(frame, at + 1, frame[at])
        if at > end:
            raise ValueError("a header is longer than all of them")
    return headers


def _value(frame: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind < 2:
        return kind == 0, at
    if kind in NUMBERS:
        raw, at = _sized(frame, at, NUMBERS[kind].size)
        return int(NUMBERS[kind].unpack(raw)[0]), at
    if kind == IDENTIFIER:
        return _sized(frame, at, 16)
    if kind not in (BYTES, TEXT):
        raise ValueError(f"no header has the type {kind}")
    size, at = _sized(frame, at, LENGTH.size)
    raw, at = _sized(frame, at, LENGTH.unpack(size)[0])
    return (raw.decode() if kind == TEXT else raw), at


def _sized(frame: bytes, at: int, size: int) -> tuple[bytes, int]:
    if at + size > len(frame):
        raise ValueError("a frame ends amid its headers")
    return frame[at : at + size], at + size
