import json

import pytest

from omnichat.characters import Joiner, whole
from omnichat.deltas import Delta, TextDelta, ThinkingDelta, ToolCallDelta

SMILE = "\U0001f600"
FIRST, SECOND = json.loads('"\\ud83d"'), json.loads('"\\ude00"')


@pytest.mark.parametrize(
    ("text", "mended"), [("plain", "plain"), (FIRST + SECOND, SMILE), (f"a{FIRST}", "a�"), (f"{SECOND}b", "�b")]
)
def test_halves_of_characters_are_joined_or_replaced(text: str, mended: str) -> None:
    assert whole(text) == mended


def test_a_character_parted_by_the_stream_arrives_whole() -> None:
    joiner = Joiner()
    said: list[Delta] = [TextDelta(f"Hi {FIRST}"), ThinkingDelta("hm"), TextDelta(f"{SECOND}!"), TextDelta(SECOND)]
    assert [joiner.join(delta) for delta in said] == [
        TextDelta("Hi "),
        ThinkingDelta("hm"),
        TextDelta(f"{SMILE}!"),
        TextDelta("�"),
    ]


def test_arguments_of_a_tool_hold_whole_characters() -> None:
    assert Joiner().join(ToolCallDelta(0, arguments=FIRST)) == ToolCallDelta(0, arguments="�")
