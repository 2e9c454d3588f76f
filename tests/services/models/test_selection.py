"""Finding the right models among thousands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from omnichat.capabilities import NOTHING, Capability
from omnichat.registry import provider_named
from services.chats.replies import now
from services.models.offers import Source
from services.models.selection import ROWS, can_be_typed, find, tally
from services.models.shelves import ModelSet, Shelf
from services.models.wishes import Filters
from tests.services.stall import CHAT, LONG_AGO, days_ago, entry, ids, offer, shown

SEES = CHAT | Capability.VISION
EMPTY = Shelf()
SMALL = entry("openai/gpt-5-mini", "GPT-5 mini", dollars=(0.25, 2), can=SEES | Capability.TOOLS, context=400_000)
LARGE = entry("openai/gpt-5", "GPT-5", dollars=(1.25, 10), can=SEES, context=400_000)
OSS = entry("groq/openai/gpt-oss-120b", "GPT-OSS 120B", dollars=(0.1, 0.5), context=131_072)
GIFT = entry("openrouter/z/gift:free", "Gift", dollars=(0, 0), context=32_000)
HOME = entry("local/tiny", "Tiny", context=4_096)
SHOP = [
    offer("openai", SMALL, LARGE),
    offer("groq", OSS),
    offer("openrouter", GIFT),
    offer("local", HOME),
]
ALL = {SMALL.id, LARGE.id, OSS.id, GIFT.id, HOME.id}


def found(words: str = "", filters: Filters | None = None, shelf: Shelf = EMPTY) -> set[str]:
    return set(ids(find(SHOP, shelf, words=words, filters=filters)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", ALL),
        ("gpt", {SMALL.id, LARGE.id, OSS.id}),
        ("GPT-5 Mini", {SMALL.id}),
        ("gpt5mini", {SMALL.id}),
        ("mini gpt", {SMALL.id}),
        ("groq", {OSS.id}),
        ("OpenRouter", {GIFT.id}),
        ("gpt -mini", {LARGE.id, OSS.id}),
        ("vision", {SMALL.id, LARGE.id}),
        ("vision tools", {SMALL.id}),
        ("vision < $5", {SMALL.id}),
        ("vision <5", {SMALL.id}),
        ("< 1", {OSS.id, GIFT.id, HOME.id}),
        ("<= $.6", {OSS.id, GIFT.id, HOME.id}),
        ("> $5", {LARGE.id}),
        ("> 100k", {SMALL.id, LARGE.id, OSS.id}),
        (">131072", {SMALL.id, LARGE.id, OSS.id}),
        ("> 0.2m", {SMALL.id, LARGE.id}),
        ("< 32k", {HOME.id}),
        ("free", {GIFT.id, HOME.id}),
        ("local", {HOME.id}),
        ("-free > 1k <", {SMALL.id, LARGE.id, OSS.id}),
        ("gpt < $", {SMALL.id, LARGE.id, OSS.id}),
        ("visoin", set()),
    ],
)
def test_words_name_models_skills_and_limits(words: str, expected: set[str]) -> None:
    assert found(words) == expected


def test_a_word_for_a_skill_finds_names_that_hold_it_too() -> None:
    shop = [offer("groq", "llama-vision", "llama-text")]
    assert ids(find(shop, EMPTY, words="vision")) == ["groq/llama-vision"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(needs=Capability.VISION), {SMALL.id, LARGE.id}),
        (Filters(needs=Capability.VISION | Capability.TOOLS), {SMALL.id}),
        (Filters(prices=(("<", 1.0),)), {OSS.id, GIFT.id, HOME.id}),
        (Filters(contexts=((">", 400_000),)), {SMALL.id, LARGE.id}),
        (Filters(free=True), {GIFT.id, HOME.id}),
        (Filters(local=True), {HOME.id}),
        (Filters(favourite=True), {OSS.id}),
        (Filters(new=True), set()),
    ],
)
def test_filters_narrow_what_is_found(filters: Filters, expected: set[str]) -> None:
    shelf = Shelf(favourites=(OSS.id,))
    assert found(filters=filters, shelf=shelf) == expected


def test_words_and_filters_hold_together_and_are_told() -> None:
    result = find(SHOP, EMPTY, words="vision < 5 gpt", filters=Filters(contexts=((">", 128_000),)))
    assert ids(result) == [SMALL.id]
    assert result.told == "images, under $5 a million tokens, at least 128,000 tokens of context"


def test_favourites_and_recents_stand_before_the_sources_and_nobody_stands_twice() -> None:
    shelf = Shelf(favourites=(HOME.id, LARGE.id), recents=(LARGE.id, OSS.id))
    groups = shown(find(SHOP, shelf))
    assert list(groups.items()) == [
        ("Favourites", [HOME.id, LARGE.id]),
        ("Recent", [OSS.id]),
        ("OpenAI", [SMALL.id]),
        ("OpenRouter", [GIFT.id]),
    ]


def test_the_newest_of_a_source_come_first_and_those_that_ended_last() -> None:
    shop = [
        offer(
            "openai",
            entry("openai/a", released=days_ago(900)),
            entry("openai/b", released=days_ago(30)),
            entry("openai/c"),
            entry("openai/d", released=days_ago(20), ends=days_ago(1)),
        )
    ]
    assert ids(find(shop, EMPTY)) == ["openai/b", "openai/a", "openai/c", "openai/d"]


def test_names_that_begin_as_typed_come_before_those_that_only_hold_it() -> None:
    shop = [offer("openai", "chat-o3", "o3")]
    assert ids(find(shop, EMPTY, words="o3")) == ["openai/o3", "openai/chat-o3"]


def test_new_is_what_came_out_or_onto_a_list_lately_not_what_was_there_from_the_beginning() -> None:
    yesterday = now() - timedelta(days=1)
    shop = [
        offer(
            "openai",
            entry("openai/released", released=days_ago(5)),
            entry("openai/added", first_seen=yesterday),
            entry("openai/old", first_seen=LONG_AGO),
            entry("openai/reissued", first_seen=yesterday, released=days_ago(400)),
        ),
        offer("groq", entry("groq/first", first_seen=yesterday), entry("groq/second", first_seen=yesterday)),
    ]
    assert set(ids(find(shop, EMPTY, words="new"))) == {"openai/released", "openai/added"}
    assert tally(shop, EMPTY).new == 2


def test_only_so_many_are_in_sight_while_all_are_counted() -> None:
    shop = [offer("openai", *map(str, range(30))), offer("groq", *map(str, range(30)))]
    result = find(shop, EMPTY)
    assert len(result.hits) == ROWS
    assert (result.count, result.total) == (60, 60)
    assert [(group.title, group.count, len(group.hits)) for group in result.groups] == [
        ("OpenAI", 30, 30),
        ("Groq", 30, 10),
    ]
    assert len(find(shop, EMPTY, limit=80).hits) == 60


def test_a_model_that_is_gone_shows_only_where_somebody_kept_it() -> None:
    gone = [entry(f"groq/{name}", gone=True) for name in ("liked", "in-a-set", "forgotten")]
    shelf = Shelf(favourites=("groq/liked",), sets=(ModelSet(name="Mine", models=("groq/in-a-set",)),))
    result = find([offer("groq", *gone, "there")], shelf)
    assert shown(result) == {"Favourites": ["groq/liked"], "Groq": ["groq/there", "groq/in-a-set"]}
    assert {hit.entry.id for hit in result.hits if hit.entry.gone} == {"groq/liked", "groq/in-a-set"}
    assert result.total == 1


def test_a_favourite_that_nobody_lists_is_gone_unless_its_source_has_still_to_answer() -> None:
    shelf = Shelf(favourites=("groq/a", "openai/b"))
    hits = find([offer("groq"), offer("openai", "c")], shelf).hits
    assert {hit.entry.id: hit.entry.gone for hit in hits} == {"groq/a": False, "openai/b": True, "openai/c": False}


def test_what_does_not_chat_is_left_out_and_what_tells_nothing_of_itself_is_not() -> None:
    shop = [offer("openai", entry("openai/embed", can=Capability.EMBEDDINGS), entry("openai/dark", can=NOTHING))]
    assert ids(find(shop, EMPTY)) == ["openai/dark"]


def test_a_model_on_no_list_is_offered_as_it_was_typed() -> None:
    assert shown(find(SHOP, EMPTY, words="nobody/knows-me")) == {"As you typed it": ["nobody/knows-me"]}
    assert ids(find(SHOP, EMPTY, words=" openai/gpt-5-mini ")) == [SMALL.id]
    assert "As you typed it" not in shown(find(SHOP, EMPTY, words="openai/gpt-5"))


@pytest.mark.parametrize("words", ["", "a", "/a", "a/", "a b/c", "a/" + "x" * 400])
def test_not_everything_can_be_a_model_s_name(words: str) -> None:
    assert not can_be_typed(words)


def test_what_is_picked_though_nobody_lists_it_stays_in_sight() -> None:
    picked = ["nobody/knows-me", SMALL.id]
    assert shown(find(SHOP, EMPTY, picked=picked))["On no list"] == ["nobody/knows-me"]
    assert "On no list" not in shown(find(SHOP, EMPTY, words="gpt", picked=picked))


def test_every_kind_is_counted() -> None:
    counted = tally(SHOP, Shelf(favourites=(OSS.id,)))
    assert (counted.total, counted.favourite, counted.free, counted.local) == (5, 1, 2, 1)


def test_hostile_words_and_names_are_no_more_than_words_and_names() -> None:
    shop = [offer("groq", entry("groq/x", "y" * 5000), entry("groq/‮evil"))]
    assert ids(find(shop, EMPTY, words="y" * 300)) == []
    assert ids(find(shop, EMPTY, words="y" * 200)) == ["groq/x"]
    for words in ("(((", "[a", "\\", "<>", "\0", "%s {0}", "-" * 500, "<" * 500):
        find(shop, EMPTY, words=words)


@pytest.mark.parametrize(
    ("provider", "stated", "local"),
    [
        ("llamacpp", "127.0.0.1:9000", True),
        ("vllm", "http://localhost:8000/v1", True),
        ("custom", "http://[::1]:8000/v1", True),
        ("llamacpp", "http://10.0.0.7:8080", False),
        ("custom", "https://127.0.0.1@models.example/v1", False),
        ("custom", "https://localhost.example//127.0.0.1/", False),
        ("groq", "http://127.0.0.1:9000", False),
    ],
)
def test_a_server_named_in_the_environment_is_on_this_computer_by_its_address(
    provider: str, stated: str, local: bool
) -> None:
    source = Source(name=provider, title="", provider=provider_named(provider), stated=stated)
    assert source.is_local is local
