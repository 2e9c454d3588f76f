from __future__ import annotations

from omnichat.capabilities import Capability
from omnichat.errors import UnknownProviderError
from omnichat.registry import every_provider
from services.models.fitting import ANYTHING
from services.models.lane_limits import LaneLimits
from services.models.offers import Entry, Source
from services.people.person import Person

ADA = Person(id=1, uid="ada", name="Ada")
OFFICE = Source(name="office", title="Office", provider=every_provider()["anthropic"])


class Known:
    """One source called office, and one entry of its list."""

    def __init__(self, entry: Entry | None = None) -> None:
        self._entry = entry

    async def named(self, who: Person, name: str) -> Source:
        if name != OFFICE.name:
            raise UnknownProviderError(name)
        return OFFICE

    async def entry(self, who: Person, model: str) -> Entry | None:
        return self._entry if self._entry and self._entry.id == model else None


def limits(entry: Entry | None = None) -> LaneLimits:
    known = Known(entry)
    return LaneLimits(known, known)


async def test_an_endpoint_takes_what_its_language_has() -> None:
    found = await limits().of(ADA, "office/claude-sonnet-4-5")
    assert found.ranges["temperature"].most == 1
    assert "seed" not in found.takes
    assert "temperature" not in (await limits().of(ADA, "office/claude-sonnet-4-5", "high")).takes


async def test_the_list_of_a_source_says_how_long_an_answer_may_be() -> None:
    entry = Entry(id="office/claude-x", title="X", can=Capability.CHAT, max_output=777)
    assert (await limits(entry).of(ADA, "office/claude-x")).ranges["max_tokens"].most == 777


async def test_of_a_source_that_is_gone_anything_usual_may_be_set() -> None:
    assert await limits().of(ADA, "gone/model") == ANYTHING
