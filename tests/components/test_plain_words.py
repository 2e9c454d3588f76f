"""Markdown as the words that are seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.plain_words import words_of
from components.prose import LONGEST

PIECES = st.sampled_from(["# ", "- ", "1. ", "> ", "**", "`", "```\n", "| a | b |\n|---|---|\n", "word ", "\n", "\n\n"])


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("Give **each** its `own` [task](https://x.example).", "Give each its own task."),
        ("# Title\nOne\ntwo\n\nThree", "Title\n\nOne\ntwo\n\nThree"),
        ("1. first\n2. second\n   - inner *point*\n\nAfter", "1. first\n2. second\n   • inner point\n\nAfter"),
        ("3. third", "3. third"),
        ("| A | B |\n|---|---|\n| 1 | **2** |", "A | B\n1 | 2"),
        ("```python\nx = 1\n  y\n```\nDone", "x = 1\n  y\n\nDone"),
        ("> quoted **words**\n\n---", "quoted words\n\n* * *"),
        ("![a cat](https://x.example/cat.png) and $x^2$", "a cat and x^2"),
        ("<b onclick=alert(1)>x</b>", "<b onclick=alert(1)>x</b>"),
        ("", ""),
    ],
)
def test_the_signs_of_markdown_are_gone_and_the_words_stay(markdown: str, words: str) -> None:
    assert words_of(markdown) == words


def test_the_end_of_a_very_long_answer_is_as_it_was_written() -> None:
    assert words_of("a" * LONGEST + "**b**").endswith("a**b**")


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_word_is_lost(markdown: str) -> None:
    assert words_of(markdown).count("word") == markdown.count("word")
