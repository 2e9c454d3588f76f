from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from maintenance.cut_icons import cut


def test_the_font_holds_the_symbols_asked_for_and_nothing_else(tmp_path: Path) -> None:
    chosen = cut({"add", "close"}, tmp_path / "icons.woff2")
    assert {chr(code) for code in TTFont(tmp_path / "icons.woff2").getBestCmap()} == set(chosen.values())
    assert list(chosen) == ["add", "close"]


def test_a_symbol_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no_such_thing"):
        cut({"add", "no_such_thing"}, tmp_path / "icons.woff2")
