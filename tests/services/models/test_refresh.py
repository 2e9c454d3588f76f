"""Asking every source, and telling what is new."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from omnichat.errors import AuthenticationError
from omnichat.provider import ModelInfo
from omnichat.registry import every_provider
from services.models import reports as reports_module
from services.models.refresh import Refresh, UnknownSourceError
from services.models.reports import Report
from services.notices import Notices
from services.people.person import Person
from tests.services.shop import Shop, a_source


def refresh_of(shop: Shop) -> Refresh:
    return Refresh(shop.opens(), shop, Notices(shop.news), shop.news)


def figures(report: Report) -> dict[str, tuple[int, int, int]]:
    return {each.name: (each.new, each.changed, each.gone) for each in report.sources}


async def notices_of(shop: Shop, who: Person) -> list[tuple[str, str]]:
    return [(notice.title, notice.text) for notice in await Notices(shop.news).of(who)]


async def test_what_came_changed_and_went_is_counted_per_source(me: Person) -> None:
    shop = Shop(groq=["a", ModelInfo(id="b", context=1), "c"], mistral=["x"])
    refresh = refresh_of(shop)
    first = await refresh.start()
    assert figures(first) == {"groq": (3, 0, 0), "mistral": (1, 0, 0)}
    assert all(each.first for each in first.sources)
    shop.says["groq"] = ["a", ModelInfo(id="b", context=2), "d", "e"]
    second = await refresh.start()
    assert figures(second) == {"groq": (2, 1, 1), "mistral": (0, 0, 0)}
    assert figures(await refresh.start()) == {"groq": (0, 0, 0), "mistral": (0, 0, 0)}


async def test_what_pages_saw_meanwhile_is_news_all_the_same(me: Person) -> None:
    shop = Shop(groq=["a"])
    await refresh_of(shop).start()
    shop.says["groq"] = ["a", "b"]
    await shop.opens().renew(shop.sources[0])
    assert figures(await refresh_of(shop).start()) == {"groq": (1, 0, 0)}
    assert await notices_of(shop, me) == [("1 new model", "Groq 1.")]


async def test_a_source_that_pages_listed_before_the_first_refresh_is_not_all_new(me: Person) -> None:
    shop = Shop(groq=["a"])
    await shop.opens().renew(shop.sources[0])
    shop.says["groq"] = ["a", "b"]
    assert figures(await refresh_of(shop).start()) == {"groq": (1, 0, 0)}


async def test_new_models_are_told_but_not_those_of_a_source_listed_for_the_first_time(me: Person) -> None:
    shop = Shop(groq=["a"], mistral=["b"])
    refresh = refresh_of(shop)
    await refresh.start()
    assert await notices_of(shop, me) == []
    shop.sources.append(a_source("openai"))
    shop.says |= {"groq": ["a", "b"], "mistral": ["b", *map(str, range(11))], "openai": ["gpt"]}
    await refresh.start()
    assert await notices_of(shop, me) == [("12 new models", "Mistral AI 11, Groq 1.")]


async def test_one_that_fails_stops_no_other_and_is_told(me: Person) -> None:
    refused = AuthenticationError("bad key", provider="groq")
    shop = Shop(groq=refused, mistral=["a"], openai=asyncio.Event(), patience=0.05)
    report = await refresh_of(shop).start()
    assert [each.name for each in report.failed] == ["groq", "openai"]
    assert [each.error for each in report.failed] == [
        "Bad key. Check the key of this provider.",
        "OpenAI did not list its models within 0.05 s.",
    ]
    assert figures(report)["mistral"] == (1, 0, 0)
    assert await notices_of(shop, me) == [("The models of 2 providers could not be updated", "Groq, OpenAI.")]


async def test_that_a_source_fails_is_told_once_until_it_recovers(me: Person) -> None:
    refused = AuthenticationError("bad key", provider="groq")
    shop = Shop(groq=refused)
    refresh = refresh_of(shop)
    for said, count in ((refused, 1), (refused, 1), (["a"], 1), (refused, 2)):
        shop.says["groq"] = said
        await refresh.start()
        assert len(await notices_of(shop, me)) == count


async def test_many_failures_in_between_do_not_make_old_models_new(me: Person) -> None:
    shop = Shop(groq=["a"])
    await shop.opens().renew(shop.sources[0])
    shop.says["groq"] = ["a", "b"]
    refresh = refresh_of(shop)
    await refresh.start()
    shop.says["groq"] = AuthenticationError("bad key", provider="groq")
    for _ in range(reports_module.KEPT):
        await refresh.start()
    shop.says["groq"] = ["a", "b", "c"]
    assert figures(await refresh.start()) == {"groq": (1, 0, 0)}


async def test_sources_are_asked_side_by_side(me: Person) -> None:
    events = {name: asyncio.Event() for name in every_provider()}
    shop = Shop()
    shop.says.update(events)
    shop.sources = [a_source(name) for name in events]
    task = refresh_of(shop).start()
    while len(shop.asked) < len(events):
        shop.was_asked.clear()
        await shop.was_asked.wait()
    for event in events.values():
        event.set()
    assert len((await task).sources) == len(events)


async def test_a_report_grows_as_sources_answer_and_joining_asks_nobody_twice(me: Person) -> None:
    slow = asyncio.Event()
    shop = Shop(groq=["a"], openai=slow)
    refresh = refresh_of(shop)
    task = refresh.start()
    assert refresh.start() is task
    async with aclosing(refresh.watch()) as changes:
        while not (refresh.report and refresh.report.sources):
            await anext(changes)
        assert (len(refresh.report.sources), refresh.report.planned) == (1, 2)
        slow.set()
        report = await task
        await anext(changes)
    assert refresh.report is None
    assert sorted(shop.asked_names()) == ["groq", "openai"]
    assert report.planned == 2


async def test_everybody_s_own_sources_are_asked_and_told_to_nobody_else(me: Person, stranger: Person) -> None:
    shop = Shop(groq=["a"])
    shop.says["mine"] = ["secret"]
    shop.owned[me.uid].append(a_source("mine", scope=me.uid))
    refresh = refresh_of(shop)
    await refresh.start()
    shop.says["mine"] = ["secret", "more"]
    report = await refresh.start()
    assert figures(report) == {"groq": (0, 0, 0), "mine": (1, 0, 0)}
    assert figures((await refresh.reports(me))[0]) == {"groq": (0, 0, 0), "mine": (1, 0, 0)}
    theirs = (await refresh.reports(stranger))[0]
    assert (figures(theirs), theirs.planned) == ({"groq": (0, 0, 0)}, 1)
    assert await notices_of(shop, stranger) == []
    assert len(await notices_of(shop, me)) == 1


async def test_the_last_reports_are_kept(me: Person) -> None:
    shop = Shop(groq=["a"])
    refresh = refresh_of(shop)
    made = [await refresh.start() for _ in range(reports_module.KEPT + 1)]
    kept = await refresh_of(shop).reports(me)
    assert [report.uid for report in kept] == [report.uid for report in reversed(made[1:])]
    assert kept[0] == made[-1]


async def test_a_dry_run_counts_and_keeps_nothing(me: Person) -> None:
    shop = Shop(groq=["a"])
    refresh = refresh_of(shop)
    await refresh.start()
    shop.says["groq"] = ["b", "c"]
    assert figures(await refresh.start(dry=True)) == {"groq": (2, 0, 1)}
    assert len(await refresh.reports(me)) == 1
    assert await notices_of(shop, me) == []
    assert figures(await refresh.start()) == {"groq": (2, 0, 1)}


async def test_only_one_source_is_asked_when_it_is_named(me: Person) -> None:
    shop = Shop(groq=["a"], mistral=["b"])
    refresh = refresh_of(shop)
    assert figures(await refresh.start(only="groq")) == {"groq": (1, 0, 0)}
    with pytest.raises(UnknownSourceError, match="'nobody'"):
        await refresh.start(only="nobody")
    assert shop.asked_names() == ["groq"]


async def test_closing_gives_up_what_is_under_way(me: Person) -> None:
    shop = Shop(openai=asyncio.Event())
    refresh = refresh_of(shop)
    task = refresh.start()
    await shop.was_asked.wait()
    await refresh.close()
    assert task.cancelled()
    assert await refresh.reports(me) == []
