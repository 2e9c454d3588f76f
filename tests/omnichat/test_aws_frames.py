"""Amazon's frames are read as Amazon's own library reads them, or refused."""

from __future__ import annotations

import json
from itertools import pairwise
from struct import pack
from typing import Any
from zlib import crc32

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat.aws_frames import DamagedFrameError, Frame, FrameBuffer
from omnichat.framing import AwsEvents, framer_for
from omnichat.provider import ServerEvent
from tests.omnichat.frames import frame, framed

DOCUMENTED = bytes.fromhex("0000009400000057b4ab9aee")  # the beginning of the frame below, as AWS documents it
SMALL = frame("event", "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}})


def header(name: str, kind: int, value: bytes) -> bytes:
    return pack(">B", len(name.encode())) + name.encode() + pack(">B", kind) + value


def sized(value: bytes) -> bytes:
    return pack(">H", len(value)) + value


VALUES = st.one_of(
    st.just((0, b"")),
    st.just((1, b"")),
    st.integers(-(2**7), 2**7 - 1).map(lambda n: (2, pack(">b", n))),
    st.integers(-(2**15), 2**15 - 1).map(lambda n: (3, pack(">h", n))),
    st.integers(-(2**31), 2**31 - 1).map(lambda n: (4, pack(">i", n))),
    st.integers(-(2**63), 2**63 - 1).map(lambda n: (5, pack(">q", n))),
    st.binary(max_size=40).map(lambda raw: (6, sized(raw))),
    st.text(max_size=20).map(lambda text: (7, sized(text.encode()))),
    st.integers(-(2**63), 2**63 - 1).map(lambda n: (8, pack(">q", n))),
    st.binary(min_size=16, max_size=16).map(lambda raw: (9, raw)),
)
NAMES = st.text(min_size=1, max_size=20).filter(lambda name: len(name.encode()) < 256)
HEADERS = st.dictionaries(NAMES, VALUES, max_size=4)


def whole(headers: dict[str, tuple[int, bytes]], payload: bytes) -> bytes:
    head = b"".join(header(name, kind, value) for name, (kind, value) in headers.items())
    prelude = pack(">II", len(head) + len(payload) + 16, len(head))
    body = prelude + pack(">I", crc32(prelude)) + head + payload
    return body + pack(">I", crc32(body))


def read(*pieces: bytes) -> list[Frame]:
    buffer, frames = FrameBuffer(), []
    for piece in pieces:
        buffer.add(piece)
        while found := buffer.take():
            frames.append(found)
    return frames


def official(body: bytes) -> list[tuple[dict[str, Any], bytes]]:
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    return [(message.headers, message.payload) for message in buffer]


@settings(deadline=None)
@given(
    messages=st.lists(st.tuples(HEADERS, st.binary(max_size=60)), max_size=4),
    cuts=st.lists(st.integers(0, 400), max_size=6),
)
def test_frames_are_what_amazons_library_finds_wherever_they_are_cut(
    messages: list[tuple[dict[str, tuple[int, bytes]], bytes]], cuts: list[int]
) -> None:
    body = b"".join(whole(headers, payload) for headers, payload in messages)
    edges = sorted({0, *(min(cut, len(body)) for cut in cuts), len(body)})
    frames = read(*(body[a:b] for a, b in pairwise(edges)))
    assert [(found.headers, found.payload) for found in frames] == official(body)


def test_a_frame_leaves_with_its_last_byte() -> None:
    assert SMALL.startswith(DOCUMENTED)
    assert SMALL.hex().endswith("1f944657")
    buffer = FrameBuffer()
    for byte in SMALL[:-1]:
        buffer.add(bytes([byte]))
        assert buffer.take() is None
    buffer.add(SMALL[-1:])
    found = buffer.take()
    assert found is not None
    assert found.headers[":event-type"] == "contentBlockDelta"
    assert json.loads(found.payload)["delta"] == {"text": "Hi"}


@pytest.mark.parametrize("place", range(len(SMALL)))
def test_a_byte_changed_on_the_way_is_noticed(place: int) -> None:
    damaged = bytearray(SMALL)
    damaged[place] ^= 0x41
    with pytest.raises(DamagedFrameError):
        read(bytes(damaged))


@pytest.mark.parametrize(
    ("total", "headed"), [(15, 0), (16, 1), (40, 200_000), (0xFFFFFFFF, 0), (200_100, 200_000), (16, 0xFFFFFFFF)]
)
def test_an_impossible_length_is_refused_before_its_bytes_are_waited_for(total: int, headed: int) -> None:
    lengths = pack(">II", total, headed)
    with pytest.raises(DamagedFrameError):
        read(lengths + pack(">I", crc32(lengths)) + b"x" * 32)


@pytest.mark.parametrize(
    "head",
    [
        header("a", 10, b""),
        header("a", 7, sized(b"\xff")),
        header("a", 6, pack(">H", 99) + b"x"),
        header("a", 5, b"\x00"),
        b"\x09a",
        b"\x01\xff\x00",
        b"\x01",
    ],
    ids=["type", "utf8", "long", "short", "name", "name-utf8", "end"],
)
def test_malformed_headers_are_refused(head: bytes) -> None:
    prelude = pack(">II", len(head) + 16, len(head))
    body = prelude + pack(">I", crc32(prelude)) + head
    with pytest.raises(DamagedFrameError):
        read(body + pack(">I", crc32(body)))


def test_a_header_that_reaches_into_the_payload_is_refused() -> None:
    head = header("a", 7, sized(b"words"))
    prelude = pack(">II", len(head) + 16, len(head) - 2)
    body = prelude + pack(">I", crc32(prelude)) + head
    with pytest.raises(DamagedFrameError):
        read(body + pack(">I", crc32(body)))


def test_frames_become_events() -> None:
    framer = framer_for("application/vnd.amazon.eventstream")
    assert isinstance(framer, AwsEvents)
    body = SMALL + frame("exception", "throttlingException", {"message": "Slower"}) + frame("error", "Broken", "Sorry")
    said, thrown, failed = [event for at in range(len(body)) for event in framer.feed(body[at : at + 1])]
    assert said == ServerEvent('{"contentBlockIndex":0,"delta":{"text":"Hi"}}', "contentBlockDelta")
    assert (thrown.name, json.loads(thrown.data)) == (
        "error",
        {"error": {"message": "Slower", "code": "throttlingException"}},
    )
    assert (failed.name, json.loads(failed.data)) == ("error", {"error": {"message": "Sorry", "code": "Broken"}})
    assert framer.end() == []


def test_what_came_before_the_damage_is_kept_and_nothing_after_it_is_read() -> None:
    framer = AwsEvents()
    events = framer.feed(SMALL + SMALL[:-1] + b"\x00" + SMALL)
    assert [event.name for event in events] == ["contentBlockDelta", "error"]
    assert framer.feed(SMALL) == []


def test_a_payload_that_is_no_text_and_a_frame_without_a_name_are_no_failure() -> None:
    assert AwsEvents().feed(framed({}, b"\xff{}")) == [ServerEvent("\ufffd{}")]
