from hypothesis import given
from hypothesis import strategies as st

from services.chats.differences import Kind, Piece, agreement, difference

WORDS = st.lists(st.sampled_from(["the", "tide", "comes", "goes", "\n", ".", " ", "雪"]), max_size=60).map("".join)


def test_one_changed_word_is_cut_and_added() -> None:
    assert difference("The tide comes.", "The tide goes.") == [
        Piece(Kind.SAME, "The tide "),
        Piece(Kind.CUT, "comes"),
        Piece(Kind.ADDED, "goes"),
        Piece(Kind.SAME, "."),
    ]


def test_neighbouring_changes_are_read_as_one() -> None:
    assert difference("a big red boat", "a small blue boat") == [
        Piece(Kind.SAME, "a "),
        Piece(Kind.CUT, "big red"),
        Piece(Kind.ADDED, "small blue"),
        Piece(Kind.SAME, " boat"),
    ]


def test_equal_answers_have_no_difference() -> None:
    assert difference("same", "same") == [Piece(Kind.SAME, "same")]
    assert difference("", "") == []


@given(WORDS, WORDS)
def test_both_answers_can_be_read_from_their_difference(one: str, other: str) -> None:
    pieces = difference(one, other)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == one
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.CUT) == other


def test_books_are_compared_line_by_line() -> None:
    one = "\n".join(f"line {number} of the first book" for number in range(20_000))
    pieces = difference(one, one.replace("line 77 ", "row 77 "))
    assert [piece.text for piece in pieces if piece.kind is Kind.ADDED] == ["row 77 of the first book\n"]


def test_sentences_that_others_say_too_are_counted() -> None:
    told = agreement(
        "SQLite is enough for one writer. Cats are lovely.",
        ["For one writer, SQLite is quite enough!", "PostgreSQL scales. SQLite is enough for a single writer."],
    )
    assert told == [("SQLite is enough for one writer.", 2), ("Cats are lovely.", 0)]


def test_a_changed_line_break_changes_no_word() -> None:
    assert difference("one two", "one\ntwo") == [
        Piece(Kind.SAME, "one"),
        Piece(Kind.CUT, " "),
        Piece(Kind.ADDED, "\n"),
        Piece(Kind.SAME, "two"),
    ]


def test_the_same_word_over_and_over_is_not_matched_each_with_each() -> None:
    pieces = difference("a " * 900, "b a " * 900)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.CUT) == "b a " * 900
    assert len(pieces) < 10
