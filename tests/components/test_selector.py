"""How much of a page a selector takes."""

from __future__ import annotations

from nicegui import Client

from components.selector import Selector, SelectorActions
from services.models.offers import Offer
from services.models.shelves import Shelf
from services.models.speeds import Speed
from tests.services.stall import offer


async def no_shelf(model: str, on: bool) -> Shelf:
    return Shelf()


async def no_speed(model: str) -> Speed:
    return Speed()


def nothing(*_: object) -> None:
    return


ACTIONS = SelectorActions(
    ask=nothing, favour=no_shelf, save_set=nothing, rename_set=nothing, delete_set=nothing, speed=no_speed
)


def many(count: int) -> list[Offer]:
    return [offer(source, *(f"m-{number}" for number in range(count // 2))) for source in ("openai", "groq")]


def elements_for(client: Client, offers: list[Offer]) -> int:
    before = len(client.elements)
    with client:
        Selector(offers, Shelf(), ACTIONS, loading=False)
    return len(client.elements) - before


async def test_a_page_holds_no_more_for_thousands_of_models_than_for_a_hundred(client: Client) -> None:
    assert elements_for(client, many(5000)) == elements_for(client, many(100))


async def test_searching_makes_no_new_rows(client: Client) -> None:
    with client:
        selector = Selector(many(1000), Shelf(), ACTIONS, loading=False)
    before = len(client.elements)
    for words in ("m-1", "m-", "openai", "m-77", ""):
        selector.search(words)
    assert len(client.elements) <= before + 2  # the headings of two groups
