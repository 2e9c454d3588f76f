"""The colours that new personas get."""

from __future__ import annotations

from components.colours import HUES
from components.hue_choice import spare_hue


def test_each_new_one_has_a_colour_of_its_own_until_all_are_taken() -> None:
    taken = list[str]()
    for _ in HUES:
        taken.append(spare_hue(taken))
    assert sorted(taken) == sorted(HUES)
    assert spare_hue(taken) == taken[0]


def test_those_made_after_each_other_do_not_look_alike() -> None:
    hues = list(HUES)
    first = spare_hue([])
    assert abs(hues.index(first) - hues.index(spare_hue([first]))) > 2
