"""Small pictures of what a choice looks like."""

from collections.abc import Mapping

HALF = (
    '<g transform="translate({x} 0)"><rect width="80" height="92" fill="{canvas}"/>'
    '<rect width="20" height="92" fill="{rail}"/><rect x="27" y="9" width="38" height="5" rx="2.5" fill="{text}"/>'
    '<rect x="27" y="21" width="46" height="44" rx="4" fill="{surface}" stroke="{line}"/>'
    '<rect x="32" y="29" width="30" height="3" rx="1.5" fill="{faint}"/>'
    '<rect x="32" y="36" width="36" height="3" rx="1.5" fill="{line}"/>'
    '<rect x="27" y="73" width="46" height="11" rx="5" fill="{raised}" stroke="{line}"/>'
    '<circle cx="66" cy="78.5" r="3.4" fill="{accent}"/></g>'
)


def theme_picture(one: Mapping[str, str], two: Mapping[str, str]) -> str:
    """Return a page as markup, its left half in the colours ``one``, its right half in ``two``."""
    halves = "".join(HALF.format(x=x, faint=tokens["text-3"], **tokens) for x, tokens in ((0, one), (80, two)))
    return f'<svg viewBox="0 0 160 92" width="100%" aria-hidden="true">{halves}</svg>'
