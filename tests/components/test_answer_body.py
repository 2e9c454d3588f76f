import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nicegui import Client, ui

from components.answer_body import AnswerBody
from components.code_view import CodeView
from components.prose import Code, Prose, segments
from tests.components.sight import dangers, pages, visible
from tests.components.test_prose import HOSTILE

WORD = st.text("abcdefghijklmnop", min_size=4, max_size=9)
LINE = st.lists(
    WORD
    | st.builds("**{}**".format, WORD)
    | st.builds("*{}*".format, WORD)
    | st.builds("`{}`".format, WORD)
    | st.builds("~~{}~~".format, WORD)
    | st.builds("[{}](HTTPS://A.B/C)".format, WORD)
    | st.builds("![{}](HTTPS://A.B/C)".format, WORD)
    | st.builds("[{}][r]".format, WORD)
    | st.sampled_from(["$x_1$", r"\(y\)", "2 * 3", "5 < 6 & 7", "#", "-", "3."]),
    min_size=1,
    max_size=8,
).map(" ".join)
CODE = st.lists(WORD | st.just("") | st.builds("    {} = '<b>'".format, WORD), max_size=6).map("\n".join)
BLOCK = st.one_of(
    LINE,
    st.builds("## {}".format, LINE),
    st.builds("{}\n---".format, LINE),
    st.builds("> {}\n> {}".format, LINE, LINE),
    st.builds("- {}\n- [ ] {}\n  - {}".format, LINE, LINE, LINE),
    st.builds("1. {}\n\n2. {}\n\n   {}".format, LINE, LINE, LINE),
    st.builds("- {0}\n  ```{1}\n  {0}\n  ```\n- {0}".format, WORD, WORD),
    st.builds("```{}\n{}\n```".format, WORD, CODE),
    st.builds("\n~~~~\n{}\n~~~\n{}\n~~~~".format, CODE, CODE),
    st.builds("| {} | {} |\n|---|:--:|\n| {} | {} |".format, WORD, WORD, WORD, WORD),
    st.builds("$$\n{}\n$$".format, st.sampled_from(["x^2", r"\frac{1}{2}"])),
    st.just("---"),
    st.just("[r]: HTTPS://R.S"),
)
ANSWER = st.builds(
    lambda blocks, end: "\n\n".join(blocks) + end, st.lists(BLOCK, max_size=7), st.sampled_from(["", "\n"])
)


def open_body(client: Client) -> AnswerBody:
    with client:
        return AnswerBody()


def stream(body: AnswerBody, text: str, cuts: Sequence[int]) -> None:
    for end in sorted({min(cut, len(text)) for cut in cuts}):
        body.show(text[:end], True)


def shown(body: AnswerBody) -> list[tuple[str, str]]:
    made = []
    for child in body.box.default_slot.children:
        if isinstance(child, ui.html):
            made.append(("prose", child.content))
        else:
            made.append(("code", pages(child)[0]))
    return made


def once(text: str) -> list[tuple[str, str]]:
    return [("prose" if isinstance(one, Prose) else "code", one.html) for one in segments(text)]


def spoken(text: str) -> list[str]:
    return re.findall(r"[a-p]{4,}", text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(text=ANSWER, cuts=st.lists(st.integers(0, 900), max_size=40))
async def test_an_answer_written_piece_by_piece_ends_as_if_read_at_once(
    client: Client, text: str, cuts: list[int]
) -> None:
    body = open_body(client)
    stream(body, text, cuts)
    body.show(text, False)
    assert shown(body) == once(text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(text=ANSWER, step=st.integers(1, 23))
async def test_every_word_written_so_far_can_be_seen(client: Client, text: str, step: int) -> None:
    body = open_body(client)
    for end in range(0, len(text), step):
        body.show(text[:end], True)
        whole = text[:end] if text[:end].endswith((" ", "\n")) else text[:end] + "abcd"
        expected, seen = spoken(whole), spoken(visible(body.box) + ("" if whole == text[:end] else " "))
        cut = len(spoken(text[:end])) - (whole != text[:end])
        assert seen[:cut] == expected[:cut]


@pytest.mark.parametrize("markdown", HOSTILE)
async def test_no_moment_of_a_hostile_answer_is_more_than_words(client: Client, markdown: str) -> None:
    body = open_body(client)
    for end in range(len(markdown) + 1):
        body.show(markdown[:end], True)
        assert [dangers(html) for html in pages(body.box)] == [[]] * len(pages(body.box))
    body.show(markdown, False)
    assert [danger for html in pages(body.box) for danger in dangers(html)] == []


async def test_finished_blocks_are_never_drawn_again(client: Client) -> None:
    body = open_body(client)
    body.show("First.\n\nSecond.\n\nThird", True)
    first = body.box.default_slot.children[0]
    sent = first.props["innerHTML"]
    body.show("First.\n\nSecond.\n\nThird.\n\n```py\nx = 1\n```\n\nLast **words", True)
    assert body.box.default_slot.children[0] is first
    assert first.props["innerHTML"] == sent


async def test_open_code_grows_and_gets_its_colours_when_it_ends(client: Client) -> None:
    body = open_body(client)
    body.show("```py\nx = ", True)
    body.show("```py\nx = 1\n``", True)
    frame = body.box.default_slot.children[0]
    assert visible(frame) == "py\nx = 1"
    body.show("```py\nx = 1\n```\nso", True)
    assert body.box.default_slot.children[0] is frame
    assert 'class="mi"' in pages(frame)[0]


async def test_someone_who_comes_late_sees_the_code_so_far(client: Client) -> None:
    body = open_body(client)
    body.show("Look:\n\n```py\nfirst = 1\nsecond", True)
    assert visible(body.box).split() == ["Look:", "py", "first", "=", "1", "second"]


async def test_a_different_answer_takes_the_place_of_the_former(client: Client) -> None:
    body = open_body(client)
    body.show("One **two**\n\nthree", True)
    body.show("Other", True)
    assert visible(body.box).strip() == "Other"
    body.show("Other", False)
    body.show("", True)
    assert visible(body.box) == ""


async def test_an_answer_that_has_not_begun_shows_a_caret_and_then_nothing(client: Client) -> None:
    body = open_body(client)
    body.show("", True)
    assert "o-caret" in pages(body.box)[0]
    body.show("", False)
    assert list(body.box.descendants()) == []


async def test_lines_that_end_as_on_windows_make_no_difference(client: Client) -> None:
    text = "One\r\n\r\n```py\r\nx = 1\r\n```\r\n\r\n- a\r\n- b\r\n"
    body = open_body(client)
    for end in range(len(text)):
        body.show(text[:end], True)
    body.show(text, False)
    assert shown(body) == once(text.replace("\r\n", "\n"))


async def test_half_written_marks_are_shown_as_what_they_will_be(client: Client) -> None:
    body = open_body(client)
    for written, seen in {
        "a **bo": "<strong>bo</strong>",
        "a **bo*": "<strong>bo</strong>",
        "a `co": "<code>co</code>",
        "a *it": "<em>it</em>",
        "a [li](http": "a li",
        "a **": "<p>a",
        "- **it": "<li><strong>it</strong>",
        "a\n-": "<p>a",
    }.items():
        body.show("", False)
        body.show(written, True)
        assert seen in pages(body.box)[0]


async def test_a_long_answer_stays_a_handful_of_elements(client: Client) -> None:
    text = "Words **strong**.\n\n- one\n- two\n\n" * 40 + "```py\nx = 1\n```\n\n" + "More.\n\n" * 40
    body = open_body(client)
    stream(body, text, range(0, len(text), 17))
    body.show(text, False)
    assert [one for one, _ in shown(body)] == ["prose", "code", "prose"]
    assert len(list(body.box.descendants())) == 5


async def test_code_that_was_on_screen_is_kept_when_the_answer_ends(client: Client) -> None:
    body = open_body(client)
    body.show("a\n\n```py\nx = 1\n```\n\nb\n\nc", True)
    frame = body.box.default_slot.children[1]
    body.show("a\n\n```py\nx = 1\n```\n\nb\n\nc", False)
    assert body.box.default_slot.children[1] is frame
    assert len(body.box.default_slot.children) == 3


async def test_huge_open_blocks_are_read_seldom_and_lose_nothing(client: Client) -> None:
    text = "word " * 30_000
    body = open_body(client)
    for end in range(0, len(text), 1_500):
        body.show(text[:end], True)
        assert visible(body.box).split() == text[:end].split()
    assert len(list(body.box.descendants())) < 60


async def test_long_lists_come_to_rest_item_by_item(client: Client) -> None:
    text = "".join(f"{number}. item {number} is here\n" for number in range(1, 200))
    body = open_body(client)
    for end in range(0, len(text), 29):
        body.show(text[:end], True)
    assert len(pages(body.box)[-1]) < 3_000
    assert 'start="' in pages(body.box)[-1]
    body.show(text, False)
    assert shown(body) == once(text)


async def test_a_page_that_is_gone_is_left_alone(client: Client) -> None:
    body = open_body(client)
    body.show("One", True)
    body.box.delete()
    body.show("One two", True)


async def test_code_can_be_copied_as_it_was_written(client: Client) -> None:
    with client:
        view = CodeView(Code(language="py", source="a < b", html="<pre>a &lt; b</pre>"))
    copied: list[str] = []
    client.run_javascript = lambda code, **_: copied.append(code)  # type: ignore[method-assign,assignment]
    (button,) = [one for one in view.box.descendants() if one.tag == "button"]
    assert button.props["title"] == "Copy this code"
