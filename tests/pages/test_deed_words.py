"""What the log tells is read by people, whatever form it is kept in."""

from __future__ import annotations

import pytest

from pages.admin.deed_words import LONGEST, details_in_words

RULES = (
    '{"providers":["groq","my-endpoint"],"models":["*mini*"],"lanes":3,"answers":2,"upload_bytes":25000000,'
    '"features":["own keys","api tokens"]}'
)


def test_the_rules_of_a_group_are_told_with_the_names_that_its_form_has() -> None:
    assert details_in_words(RULES) == [
        ("Providers", "Groq, my-endpoint"),
        ("Models", "*mini*"),
        ("Lanes in a chat", "3"),
        ("Answers at once", "2"),
        ("Largest upload", "25.0 MB"),
        ("Features", "Keys of one's own, Tokens for programs"),
    ]


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ("", []),
        ("{}", [("", "Everything is allowed")]),
        ('{"features":[]}', [("Features", "none")]),
        ('{"new_thing":{"on":true,"off":null}}', [("New thing", "On yes, Off none")]),
        ("user", [("", "Member")]),
        ("user → admin", [("", "Member → Admin")]),
        ('{"role":"user","group":"Sales"}', [("Role", "Member"), ("Group", "Sales")]),
        ("invitation → open", [("", "invitation → open")]),
        ("[1, 2]", [("", "[1, 2]")]),
        ("{cut", [("", "{cut")]),
        ("[" * 90_000, [("", "[" * (LONGEST - 1) + "…")]),
        ('{"upload_bytes":"<b>"}', [("Largest upload", "<b>")]),
    ],
)
def test_whatever_stands_in_the_log_can_be_told(details: str, told: list[tuple[str, str]]) -> None:
    assert details_in_words(details) == told
