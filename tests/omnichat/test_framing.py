"""Bytes become events, however the network cuts them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat.framing import EventStream, Framer, JsonLines, WholeBody, framer_for
from omnichat.provider import ServerEvent


def read(framer: Framer, *pieces: bytes) -> list[ServerEvent]:
    return [*(event for piece in pieces for event in framer.feed(piece)), *framer.end()]


def bytewise(body: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in body]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_and_every_cut_gives_the_same_events(end: str) -> None:
    text = "\ufeff: ping\nevent: start\ndata: grüß\nid: 7\n\ndata:a\ndata:  b\n\n\n: bye\n\nevent: lost\n\ndata: 🌊\n\n"
    body = text.replace("\n", end).encode()
    expected = [ServerEvent("grüß", "start"), ServerEvent("a\n b"), ServerEvent("🌊")]
    assert read(EventStream(), body) == expected
    assert read(EventStream(), *bytewise(body)) == expected


def test_separators_inside_json_do_not_end_a_line() -> None:
    assert (
        read(EventStream(), "data: a\u2028b\u2029c\u0085d\x0be\x0cf\n\n".encode())[0].data
        == "a\u2028b\u2029c\u0085d\x0be\x0cf"
    )
    assert read(JsonLines(), '"a\u2028b\u0085c"\n'.encode()) == [ServerEvent('"a\u2028b\u0085c"')]


def test_an_event_counts_even_if_the_last_blank_line_is_missing() -> None:
    assert read(EventStream(), b"data: a\n\ndata: b") == [ServerEvent("a"), ServerEvent("b")]
    assert read(EventStream(), b"data: a\r") == [ServerEvent("a")]


def test_an_event_leaves_with_the_byte_that_completes_it() -> None:
    framer = EventStream()
    assert framer.feed(b"data: a\n") == []
    assert framer.feed(b"\n") == [ServerEvent("a")]


def test_lines_of_json_may_be_blank_and_the_last_may_lack_its_end() -> None:
    assert read(JsonLines(), b"1\n\n  \r\n2") == [ServerEvent("1"), ServerEvent("2")]
    assert read(JsonLines(), *bytewise(b"1\r\n2\r\n")) == [ServerEvent("1"), ServerEvent("2")]


def test_broken_utf8_does_not_break_the_stream() -> None:
    assert read(EventStream(), b"data: \xff\xfe\n\ndata: ok\n\n")[1] == ServerEvent("ok")


@settings(deadline=None)
@given(body=st.binary(max_size=80), cuts=st.lists(st.integers(0, 80), max_size=6))
def test_the_cuts_of_the_network_change_nothing(body: bytes, cuts: list[int]) -> None:
    edges = sorted({0, *(min(cut, len(body)) for cut in cuts), len(body)})
    pieces = [body[a:b] for a, b in pairwise(edges)]
    for framer in (EventStream, JsonLines, WholeBody):
        assert read(framer(), *pieces) == read(framer(), body)


@pytest.mark.parametrize(
    ("kind", "framer"),
    [
        ("text/event-stream; charset=utf-8", EventStream),
        ("application/x-ndjson", JsonLines),
        ("application/jsonl", JsonLines),
        ("Application/JSON", WholeBody),
        ("text/plain", EventStream),
        ("", EventStream),
    ],
)
def test_the_content_type_says_how_a_body_is_framed(kind: str, framer: type[Framer]) -> None:
    assert type(framer_for(kind)) is framer
