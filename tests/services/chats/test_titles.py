import pytest

from services.chats.titles import title_of


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Why is the sky blue?", "Why is the sky blue?"),
        ("\n\n  Two   words \nmore", "Two words"),
        ("# A heading\ntext", "A heading"),
        ("", "New chat"),
        ("word " * 30, "word word word word word word word word word word word…"),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_a_title_is_the_first_line_cut_between_words(prompt: str, title: str) -> None:
    assert title_of(prompt) == title
