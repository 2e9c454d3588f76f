"""What is said of providers names only those that somebody may use."""

from __future__ import annotations

import pytest

from pages.provider_words import keyed
from services.people.rules import Access, Feature, Rules


@pytest.mark.parametrize(
    ("access", "named"),
    [
        (Access(), ["groq", "openai", "anthropic", "openrouter"]),
        (Access(grants=(Rules(providers=("openai", "anthropic")),)), ["openai", "anthropic"]),
        (Access(sources_off=frozenset({"openai"})), ["groq", "anthropic", "openrouter"]),
        (Access(grants=(Rules(providers=("mistral", "groq")),)), ["groq"]),
        (Access(grants=(Rules(providers=("xai", "mistral", "local")),)), ["mistral", "xai"]),
        (Access(grants=(Rules(providers=("local", "an-endpoint")),)), []),
        (Access(grants=(Rules(features=(Feature.SYNTHESIS,)),)), []),
    ],
)
def test_a_key_is_offered_for_what_the_groups_of_somebody_allow(access: Access, named: list[str]) -> None:
    assert [provider.name for provider in keyed(access)] == named
