import asyncio

from services.news import News


async def test_a_watcher_is_told_once_at_the_start_so_that_nothing_falls_between_looking_and_watching() -> None:
    news = News()
    watching = news.watch("chat")
    await anext(watching)
    news.post("chat")
    news.post("chat")
    await anext(watching)
    following = asyncio.ensure_future(anext(watching))
    await asyncio.wait([following], timeout=0)
    assert not following.done()
    news.post("another")
    news.post("chat")
    await following
    await watching.aclose()


async def test_several_topics_are_watched_as_one() -> None:
    news = News()
    watching = news.watch("chat", "keys")
    await anext(watching)
    news.post("keys")
    await anext(watching)
    news.post("chat")
    await anext(watching)
    await watching.aclose()
