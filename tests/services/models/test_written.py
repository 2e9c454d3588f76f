from __future__ import annotations

import pytest

from omnichat.ranges import Range
from services.models.written import UnreadableError, json_object, lines, number, schema, whole_number

UNIT = Range(0, 1)


@pytest.mark.parametrize(("text", "found"), [("", None), (" 0.4 ", 0.4), ("0,4", 0.4), ("1", 1.0), ("1e-1", 0.1)])
def test_a_number_is_read_as_people_write_it(text: str, found: float | None) -> None:
    assert number(text, UNIT) == found


@pytest.mark.parametrize("text", ["2", "-0.1", "hot", "nan", "inf", "0.4.4", "0,4,4"])
def test_what_is_no_number_in_range_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"^A number from 0 to 1, or nothing\.$"):
        number(text, UNIT)


@pytest.mark.parametrize(("text", "found"), [("", None), ("4096", 4096), ("4,096", 4096), ("64 000", 64000)])
def test_a_whole_number_may_have_its_thousands_apart(text: str, found: int | None) -> None:
    assert whole_number(text, Range(1, 64000)) == found


@pytest.mark.parametrize("text", ["0", "64001", "4.5", "-4", "many", "9" * 5000])
def test_what_is_no_whole_number_in_range_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"^A whole number from 1 to 64,000, or nothing\.$"):
        whole_number(text, Range(1, 64000))


def test_texts_stand_on_lines_of_their_own() -> None:
    assert lines("END\n\n two words\na\\nb\n", None) == ("END", " two words", "a\nb")
    with pytest.raises(UnreadableError, match="2 texts at most"):
        lines("a\nb\nc", 2)


def test_broken_json_is_refused_with_its_place() -> None:
    with pytest.raises(UnreadableError, match=r"line 2, column 8"):
        json_object('{\n  "a": ,\n}')


@pytest.mark.parametrize("text", ["[1]", "7", '"a"', '{"a": NaN}', "[" * 90_000, " " + "x" * 100_001])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        json_object(text)


def test_nothing_written_is_nothing_wanted() -> None:
    assert json_object("  \n") == {}
    assert schema("") == {}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"name": "string"}', "at least a type"),
        ('{"type": "object", "properties": []}', "properties is no object"),
        ('{"type": "object", "properties": {"a": {"type": "array", "items": 5}}}', "properties.a.items is no object"),
        ('{"type": "object", "required": "a"}', "required is no list of names"),
    ],
)
def test_what_is_no_schema_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(UnreadableError, match=place):
        schema(text)


def test_a_schema_is_taken_as_it_is() -> None:
    text = '{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}'
    assert schema(text)["required"] == ["city"]
