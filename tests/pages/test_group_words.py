"""What a group may is told in a line."""

from __future__ import annotations

from pages.admin.groups import summary
from services.people.rules import Feature, Rules

TITLES = {"office": "Office server"}


def test_a_provider_is_called_what_its_admin_called_it() -> None:
    assert summary(Rules(providers=("office", "groq", "gone")), TITLES) == "Office server, Groq, gone"


def test_endpoints_of_ones_own_are_told_only_where_they_can_be_used() -> None:
    assert summary(Rules(features=(Feature.ENDPOINTS,)), TITLES) == "every provider · with endpoints"
    assert summary(Rules(providers=("office",), features=(Feature.ENDPOINTS,)), TITLES) == "Office server · no features"
