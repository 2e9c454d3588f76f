"""Cut the icon font to the symbols the screens use: ``python -m maintenance.cut_icons [NAME …]``.

Names given are added to ``components/look/icons.json``; without names the font is only made again,
which is needed when NiceGUI brings newer symbols.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

LOOK = Path(__file__).parent.parent / "components" / "look"
NAMES = LOOK / "icons.json"
FONT = LOOK / "fonts" / "icons.woff2"
SHEET = files("nicegui") / "static" / "fonts.css"
SOURCE = re.compile(r'"Material Symbols Outlined";[^}]*?url\(([^)]+)\)')


def cut(wanted: set[str], target: Path) -> dict[str, str]:
    """Write the font with these symbols alone and say which character draws each; unknown names raise LookupError."""
    found = SOURCE.search(SHEET.read_text())
    if not found:
        raise LookupError("NiceGUI no longer brings Material Symbols Outlined")
    with (files("nicegui") / "static" / found[1]).open("rb") as file:
        font = TTFont(file)
        known = dict(_symbols(font))
        if missing := wanted - known.keys():
            raise LookupError(f"No symbol is called {', '.join(sorted(missing))}")
        chosen = {name: known[name] for name in sorted(wanted)}
        subsetter = Subsetter(Options(layout_features=[], hinting=False, notdef_outline=False))
        subsetter.populate(unicodes=map(ord, chosen.values()))
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(target)
    return chosen


def _symbols(font: TTFont) -> Iterator[tuple[str, str]]:
    """Read the ligatures: a name spelled in letters becomes one glyph, and that glyph has a character of its own."""
    characters = font.getBestCmap()
    spelled = {glyph: chr(code) for code, glyph in characters.items() if code < 128}
    drawn = {glyph: chr(code) for code, glyph in characters.items() if code >= 0xE000}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for ligature in ligatures:
                    name = "".join(spelled.get(glyph, "?") for glyph in (first, *ligature.Component))
                    if ligature.LigGlyph in drawn:
                        yield name, drawn[ligature.LigGlyph]


def main() -> None:
    """Add the names given and make the font again."""
    kept = set(json.loads(NAMES.read_text())) if NAMES.exists() else set()
    chosen = cut(kept | set(sys.argv[1:]), FONT)
    NAMES.write_text(json.dumps(chosen, indent=2) + "\n")
    print(f"{len(chosen)} symbols, {FONT.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
