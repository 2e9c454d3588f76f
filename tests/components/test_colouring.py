from html import unescape
from re import sub

import pytest

from components.colouring import KNOWN, coloured


def words(markup: str) -> str:
    return unescape(sub(r"<[^>]*>", "", markup))


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_every_language_has_colours_and_keeps_every_sign(language: str) -> None:
    source = 'x = "<a & b>" # {1, 2}\n\n  [y]  ;\n'
    assert words(coloured(language, source)) == source.removesuffix("\n")


@pytest.mark.parametrize(("language", "source"), [("console", "a" * 19_000), ("no such", "<b>"), ("perl", "[" * 9_000)])
def test_what_is_unknown_or_would_take_long_stays_plain(language: str, source: str) -> None:
    assert "<span" not in coloured(language, source)
    assert words(coloured(language, source)) == source
