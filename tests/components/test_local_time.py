"""Each page tells times in the zone of whoever looks at it."""

from __future__ import annotations

from datetime import UTC, datetime

from nicegui import Client
from nicegui.page import page

from components.figures import clock
from components.local_time import begin_of, keep_zone, local

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def a_page(zone: str) -> Client:
    client = Client(page("/times"), request=None)
    keep_zone(client, zone)
    return client


def test_two_pages_tell_the_same_moment_each_in_its_own_zone() -> None:
    kathmandu, new_york = a_page("Asia/Kathmandu"), a_page("America/New_York")
    with kathmandu.content:
        assert f"{local(NOON):%H:%M}" == "17:45"
        assert clock(NOON) == "1 Jul 17:45"
        assert begin_of("2026-07-01") == datetime(2026, 6, 30, 18, 15, tzinfo=UTC)
    with new_york.content:
        assert f"{local(NOON):%H:%M}" == "08:00"


def test_a_zone_that_is_unknown_here_is_the_servers() -> None:
    for name in ("", "Middle/Earth", "../../etc/passwd", "\0"):
        with a_page(name).content:
            assert local(NOON) == NOON.astimezone()
            assert local(NOON).utcoffset() == NOON.astimezone().utcoffset()
    assert local(NOON).utcoffset() == NOON.astimezone().utcoffset()


def test_what_is_no_day_has_no_begin() -> None:
    assert begin_of("") is None
    assert begin_of("yesterday") is None
    assert begin_of("2026-07-01")
