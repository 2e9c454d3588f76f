"""Which models can be asked, however the sources behave."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import aclosing, closing
from datetime import UTC, date, datetime, timedelta

import pytest

from omnichat.capabilities import Capability
from omnichat.errors import AuthenticationError
from omnichat.prices import Prices
from omnichat.provider import ModelInfo
from services.chats.archive import Archive
from services.models import catalogue as catalogue_module
from services.models.catalogue import Catalogue
from services.models.keys import SOURCES
from services.people.person import Person
from services.storage.database import Database
from tests.services.shop import Shop, a_source

REFUSED = AuthenticationError("bad key", provider="groq")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later than now the catalogue believes it is; a test may add to it."""
    added = [timedelta()]
    for module in ("services.models.catalogue", "services.models.inquiry"):
        monkeypatch.setattr(f"{module}.now", lambda: datetime.now(UTC) + sum(added, timedelta()))
    return added


async def offered(catalogue: Catalogue, who: Person) -> dict[str, list[str]]:
    return {
        offer.source.name: [entry.id for entry in offer.entries if not entry.gone]
        for offer in await catalogue.offers(who)
    }


async def test_all_sources_offer_their_models_in_order(me: Person) -> None:
    shop = Shop(groq=["b", "a"], local=["tiny"])
    catalogue = shop.opens()
    assert catalogue.known(me) == []
    assert await offered(catalogue, me) == {"groq": ["groq/a", "groq/b"], "local": ["local/tiny"]}
    assert catalogue.known(me)[0].entries is catalogue.known(me)[0].entries


async def test_only_models_to_talk_to_are_offered_but_all_are_known(me: Person) -> None:
    catalogue = Shop(openai=["gpt-5", ModelInfo(id="tts-1", can=Capability.SPEECH)]).opens()
    assert await offered(catalogue, me) == {"openai": ["openai/gpt-5"]}
    entry = await catalogue.entry(me, "openai/tts-1")
    assert entry
    assert entry.can is Capability.SPEECH
    assert await catalogue.entry(me, "openai/none") is None
    assert await catalogue.entry(me, "nobody/none") is None


async def test_what_a_source_says_outlives_a_restart(me: Person) -> None:
    told = ModelInfo(
        id="m",
        title="The Model",
        can=Capability.CHAT | Capability.VISION,
        context=8192,
        max_output=1024,
        prices=Prices(input=1e-6, output=2.5e-6, cached=1e-7, written=2e-6),
        released=date(2026, 1, 2),
        deprecated=date(2026, 10, 1),
        ends=date(2027, 1, 2),
    )
    shop = Shop(groq=[told])
    (before,) = (await shop.opens().offers(me))[0].entries
    again = shop.opens()
    async with aclosing(again.watch(me)) as news:
        await anext(news)
        (after,) = again.known(me)[0].entries
    assert after == before
    assert (after.id, after.title, after.prices, after.ends) == ("groq/m", "The Model", told.prices, told.ends)
    assert await offered(again, me) == {"groq": ["groq/m"]}
    assert shop.asked_names() == ["groq"]


async def test_where_the_list_is_silent_the_bundled_facts_speak(me: Person) -> None:
    catalogue = Shop(openai=[ModelInfo(id="gpt-5", can=Capability.CHAT, context=7)]).opens()
    await catalogue.offers(me)
    entry = await catalogue.entry(me, "openai/gpt-5")
    assert entry
    assert (entry.context, entry.max_output) == (7, 128_000)
    assert entry.prices.input


async def test_one_that_fails_spoils_only_its_own_offer(me: Person) -> None:
    catalogue = Shop(groq=REFUSED, mistral=["a"]).opens()
    assert await offered(catalogue, me) == {"groq": [], "mistral": ["mistral/a"]}
    problems = [offer.problem for offer in catalogue.known(me)]
    assert problems == ["Bad key. Check the key of this provider.", ""]


async def test_one_that_hangs_is_given_up(me: Person) -> None:
    catalogue = Shop(openai=asyncio.Event(), groq=["a"], patience=0.05).opens()
    assert await offered(catalogue, me) == {"openai": [], "groq": ["groq/a"]}
    assert catalogue.known(me)[0].problem == "OpenAI did not list its models within 0.05 s."


async def test_one_that_talks_nonsense_is_named(me: Person) -> None:
    catalogue = Shop(openai=RuntimeError("boom"), groq=["a"]).opens()
    assert await offered(catalogue, me) == {"openai": [], "groq": ["groq/a"]}
    assert catalogue.known(me)[0].problem == "OpenAI sent a list that cannot be read."


async def test_what_the_database_refuses_spoils_only_its_own_offer(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as file:
        refuse = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        file.execute(f"CREATE TRIGGER refusing BEFORE INSERT ON catalogue_model WHEN NEW.model = 'bad' {refuse}")
        file.commit()
    async with Database(sqlite_url):
        me = await Archive().local_person()
        catalogue = Shop(openai=["good", "bad"], groq=["a"]).opens()
        assert await offered(catalogue, me) == {"openai": [], "groq": ["groq/a"]}
        assert "could not be written down" in catalogue.known(me)[0].problem


async def test_many_pages_at_once_ask_each_source_once(me: Person) -> None:
    shop = Shop(openai=asyncio.Event(), groq=["a"], local=["tiny"])
    catalogue = shop.opens()
    pages = [asyncio.create_task(catalogue.offers(me)) for _ in range(50)]
    while "openai" not in shop.asked_names():
        shop.was_asked.clear()
        await shop.was_asked.wait()
    late = shop.says["openai"]
    assert isinstance(late, asyncio.Event)
    late.set()
    await asyncio.gather(*pages)
    assert sorted(shop.asked_names()) == ["groq", "local", "openai"]
    assert (await offered(catalogue, me))["openai"] == ["openai/late"]
    assert sorted(shop.asked_names()) == ["groq", "local", "local", "openai"]


async def test_who_gives_up_waiting_leaves_the_answer_to_the_others(me: Person) -> None:
    may_answer = asyncio.Event()
    shop = Shop(openai=may_answer)
    catalogue = shop.opens()
    first, second = (asyncio.create_task(catalogue.offers(me)) for _ in range(2))
    await shop.was_asked.wait()
    first.cancel()
    await asyncio.wait([first])
    may_answer.set()
    assert [offer.entries[0].id for offer in await second] == ["openai/late"]


async def test_a_list_is_taken_for_granted_for_its_lifetime(me: Person, later: list[timedelta]) -> None:
    shop = Shop(groq=["a"], ollama=["b"])
    catalogue = shop.opens()
    await catalogue.offers(me)
    later.append(catalogue_module.OWN_LIFETIME)
    await catalogue.offers(me)
    assert sorted(shop.asked_names()) == ["groq", "ollama", "ollama"]
    later.append(catalogue_module.LIFETIME)
    await catalogue.offers(me)
    assert sorted(shop.asked_names()) == ["groq", "groq", "ollama", "ollama", "ollama"]


async def test_one_that_failed_is_asked_again_after_a_pause_and_keeps_what_it_had(
    me: Person, later: list[timedelta]
) -> None:
    shop = Shop(groq=["a"])
    catalogue = shop.opens()
    await catalogue.offers(me)
    shop.says["groq"] = REFUSED
    later.append(catalogue_module.LIFETIME)
    assert await offered(catalogue, me) == {"groq": ["groq/a"]}
    assert catalogue.known(me)[0].problem
    await catalogue.offers(me)
    assert len(shop.asked) == 2
    shop.says["groq"] = ["a", "b"]
    later.append(catalogue_module.PAUSE)
    assert await offered(catalogue, me) == {"groq": ["groq/a", "groq/b"]}
    assert catalogue.known(me)[0].problem == ""


async def test_stale_is_shown_while_fresh_is_fetched(me: Person, later: list[timedelta]) -> None:
    shop = Shop(openai=["old"])
    catalogue = shop.opens()
    await catalogue.offers(me)
    may_answer = shop.says["openai"] = asyncio.Event()
    later.append(catalogue_module.LIFETIME)
    shop.was_asked.clear()
    async with aclosing(catalogue.watch(me)) as news:
        await anext(news)
        asking = asyncio.create_task(catalogue.offers(me))
        await shop.was_asked.wait()
        assert [entry.id for entry in catalogue.known(me)[0].entries] == ["openai/old"]
        may_answer.set()
        await asking
        await anext(news)
        assert [entry.id for entry in catalogue.known(me)[0].entries] == ["openai/late", "openai/old"]


async def test_a_model_that_left_is_marked_and_one_that_returns_is_not_new(me: Person) -> None:
    shop = Shop(groq=["a", "b"])
    catalogue = shop.opens()
    source = shop.sources[0]
    await catalogue.renew(source)
    first = await catalogue.entry(me, "groq/b")
    shop.says["groq"] = ["a"]
    left = await catalogue.renew(source)
    gone = left.entries["groq/b"]
    assert first
    assert (gone.gone, gone.last_seen, gone.first_seen) == (True, first.first_seen, first.first_seen)
    assert [entry.id for entry in left.differing] == ["groq/b"]
    assert await shop.opens().entry(me, "groq/b") == gone
    shop.says["groq"] = ["a", "b"]
    back = (await catalogue.renew(source)).entries["groq/b"]
    assert (back.gone, back.first_seen, back.last_seen) == (False, first.first_seen, None)
    assert await shop.opens().entry(me, "groq/b") == back


async def test_only_what_changed_is_written(me: Person) -> None:
    shop = Shop(groq=["a", ModelInfo(id="b", context=1)])
    catalogue = shop.opens()
    first = await catalogue.renew(shop.sources[0])
    shop.says["groq"] = ["a", ModelInfo(id="b", context=2), "c"]
    second = await catalogue.renew(shop.sources[0])
    assert [entry.id for entry in second.differing] == ["groq/b", "groq/c"]
    assert await shop.opens().entry(me, "groq/a") == first.entries["groq/a"]
    assert await shop.opens().entry(me, "groq/b") == second.entries["groq/b"]


async def test_a_list_that_did_not_change_is_not_sent_again(me: Person, later: list[timedelta]) -> None:
    shop = Shop(groq=["a"])
    shop.validators["groq"] = '"v1"'
    await shop.opens().offers(me)
    later.append(catalogue_module.LIFETIME)
    catalogue = shop.opens()
    assert await offered(catalogue, me) == {"groq": ["groq/a"]}
    assert shop.asked == [("groq", ""), ("groq", '"v1"')]
    assert await offered(catalogue, me) == {"groq": ["groq/a"]}
    await catalogue.renew(shop.sources[0])
    assert shop.asked == [("groq", ""), ("groq", '"v1"'), ("groq", "")]


async def test_another_key_asks_for_the_whole_list_at_once(me: Person) -> None:
    shop = Shop(groq=["a"])
    shop.validators["groq"] = '"v1"'
    shop.sources = [a_source("groq", key="first")]
    catalogue = shop.opens()
    await catalogue.offers(me)
    shop.sources = [a_source("groq", key="second")]
    await catalogue.offers(me)
    await catalogue.offers(me)
    assert shop.asked == [("groq", ""), ("groq", "")]


async def test_what_another_process_listed_is_not_asked_for_again(me: Person, later: list[timedelta]) -> None:
    shop = Shop(groq=["a"])
    here, there = shop.opens(), shop.opens()
    await here.offers(me)
    later.append(catalogue_module.LIFETIME)
    shop.says["groq"] = ["a", "b"]
    await there.offers(me)
    assert await offered(here, me) == {"groq": ["groq/a", "groq/b"]}
    assert len(shop.asked) == 2


async def test_a_list_got_with_a_key_of_ones_own_is_ones_own(me: Person, stranger: Person) -> None:
    shop = Shop(groq=["public"])
    shop.says["mine"] = ["secret"]
    shop.owned[me.uid].append(a_source("mine", scope=me.uid))
    catalogue = shop.opens()
    assert await offered(catalogue, me) == {"groq": ["groq/public"], "mine": ["mine/secret"]}
    assert await offered(catalogue, stranger) == {"groq": ["groq/public"]}
    assert await catalogue.entry(stranger, "mine/secret") is None
    shop.owned[stranger.uid].append(a_source("mine", scope=stranger.uid))
    shop.says["mine"] = ["other"]
    assert (await offered(catalogue, stranger))["mine"] == ["mine/other"]
    assert (await offered(catalogue, me))["mine"] == ["mine/secret"]


async def test_news_reach_only_those_whom_they_concern(me: Person, stranger: Person) -> None:
    shop = Shop()
    shop.says["mine"] = ["secret"]
    shop.owned[me.uid].append(a_source("mine", scope=me.uid))
    catalogue = shop.opens()
    async with aclosing(catalogue.watch(stranger)) as theirs, aclosing(catalogue.watch(me)) as ours:
        await anext(theirs)
        await anext(ours)
        news = asyncio.ensure_future(anext(theirs))
        await catalogue.offers(me)
        await anext(ours)
        await asyncio.sleep(0)
        assert not news.done()
        news.cancel()
        await asyncio.wait([news])


async def test_a_source_that_is_no_more_takes_its_models_along(me: Person) -> None:
    shop = Shop(groq=["a"])
    catalogue = shop.opens()
    await catalogue.offers(me)
    await catalogue.forget(shop.sources[0])
    assert await catalogue.entry(me, "groq/a") is None
    assert await shop.opens().entry(me, "groq/a") is None


async def test_a_company_does_not_give_up_all_models_at_once_but_a_computer_does(me: Person) -> None:
    shop = Shop(groq=["a"], ollama=["b"])
    catalogue = shop.opens()
    await catalogue.offers(me)
    shop.says |= {"groq": [], "ollama": []}
    for source in shop.sources:
        await catalogue.renew(source)
    assert await offered(catalogue, me) == {"groq": ["groq/a"], "ollama": []}
    assert "no models at all" in catalogue.known(me)[0].problem
    assert catalogue.known(me)[1].problem == ""


async def test_names_that_cannot_be_used_are_left_out_and_counted(me: Person) -> None:
    limit = 400 - len("groq/")
    ids = ["x" * limit, "x" * (limit + 1), "y" * 5000, "a\0b", "line\nbreak", "  ", "half\ud800", "ok", "ok"]
    catalogue = Shop(groq=ids).opens()
    assert await offered(catalogue, me) == {"groq": ["groq/ok", "groq/" + "x" * limit]}
    assert catalogue.known(me)[0].left_out == 6


async def test_titles_are_one_line_of_what_can_be_seen(me: Person) -> None:
    titles = ["<img src=x onerror=alert(1)>", "T" * 5000, "good\u202edab\u2066", "two\r\nlines\t\0", "\u200b\ufeff"]
    catalogue = Shop(groq=[ModelInfo(id=f"v/m{n}", title=title) for n, title in enumerate(titles)]).opens()
    shown = [entry.title for entry in (await catalogue.offers(me))[0].entries]
    assert shown == [titles[0], "T" * 199 + "…", "gooddab", "two lines", "m4"]


async def test_ten_thousand_models_come_and_change(me: Person) -> None:
    shop = Shop(groq=[f"m{number}" for number in range(10_000)])
    catalogue = shop.opens()
    await catalogue.offers(me)
    assert len(catalogue.known(me)[0].entries) == 10_000
    again = shop.opens()
    shop.says["groq"] = [f"m{number}" for number in range(1, 10_001)]
    outcome = await again.renew(shop.sources[0])
    assert sorted(entry.id for entry in outcome.differing) == ["groq/m0", "groq/m10000"]
    assert len((await again.offers(me))[0].entries) == 10_001


async def test_a_preview_keeps_nothing(me: Person) -> None:
    shop = Shop(groq=["a"])
    catalogue = shop.opens()
    outcome = await catalogue.preview(shop.sources[0])
    assert list(outcome.entries) == ["groq/a"]
    assert await catalogue.entry(me, "groq/a") is None


async def test_a_probe_asks_only_whom_nobody_asked_lately(me: Person) -> None:
    shop = Shop(groq=["a"])
    catalogue = shop.opens()
    await catalogue.probe(shop.sources[0])
    await catalogue.probe(shop.sources[0])
    assert len(shop.asked) == 1


async def test_closing_hangs_up(me: Person) -> None:
    shop = Shop(openai=asyncio.Event())
    catalogue = shop.opens()
    asking = asyncio.create_task(catalogue.offers(me))
    await shop.was_asked.wait()
    await catalogue.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_source_that_comes_into_reach_is_asked_by_itself_while_somebody_watches(me: Person) -> None:
    shop = Shop(groq=["a"])
    catalogue = shop.opens()
    async with aclosing(catalogue.watch(me)) as news:
        await anext(news)
        shop.says["mistral"] = ["b"]
        shop.sources.append(a_source("mistral"))
        shop.news.post(SOURCES)
        while not (offer := catalogue.known(me)[-1]).entries:
            await anext(news)
    assert [entry.id for entry in offer.entries] == ["mistral/b"]
