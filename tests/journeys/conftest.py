"""One server, one browser and one upstream for all journeys; a fresh browser profile for each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright, expect

from tests.fixtures.llama import LlamaServer
from tests.journeys.market import Market, a_market
from tests.journeys.running_app import RunningApp, a_running_app
from tests.journeys.upstream import Upstream, an_upstream

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
WIDE = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all journeys run in the event loop that holds the browser."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def upstream() -> AsyncGenerator[Upstream, None]:
    """Yield the far end that the tests lead, known to the app as ``custom``."""
    async with an_upstream() as upstream:
        yield upstream


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def fresh_upstream(upstream: Upstream) -> AsyncGenerator[None, None]:
    """Leave nothing of one test to the next."""
    yield
    await upstream.forget()


@pytest.fixture(scope="package")
def reach(upstream: Upstream) -> dict[str, str]:
    """Return the variables that let the app reach the upstream."""
    return {"CUSTOM_BASE_URL": upstream.url}


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def app(
    tmp_path_factory: pytest.TempPathFactory, reach: dict[str, str], llama_server: LlamaServer, tiny_gguf: Path
) -> AsyncGenerator[RunningApp, None]:
    """Yield the application with the real llama.cpp server in reach, and the tiny model as its own."""
    folder = tmp_path_factory.mktemp("app")
    models = folder / "data" / "models"
    models.mkdir(parents=True)
    shutil.copy(tiny_gguf, models / "tiny.gguf")
    llama = {"LLAMACPP_BASE_URL": llama_server.base_url, "LLAMACPP_API_KEY": llama_server.key}
    async with a_running_app(folder, {**reach, **llama, "OMNICHAT_LOCAL_MODEL": ""}) as running:
        yield running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def market() -> AsyncGenerator[Market, None]:
    """Yield the far end with thousands of models."""
    async with a_market() as market:
        yield market


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shop(
    tmp_path_factory: pytest.TempPathFactory, reach: dict[str, str], market: Market
) -> AsyncGenerator[RunningApp, None]:
    """Yield an application with thousands of models in reach, and the upstream to ask."""
    lists = {f"{name.upper()}_BASE_URL": f"{market.url}/{name}" for name in ("openrouter", "groq", "mistral", "xai")}
    keys = {f"{name.upper()}_API_KEY": "k" for name in ("openrouter", "groq", "mistral", "xai")}
    off = {"OMNICHAT_LOCAL_SERVERS": "off"}
    async with a_running_app(tmp_path_factory.mktemp("shop"), {**reach, **lists, **keys, **off}) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def own_app(tmp_path: Path, reach: dict[str, str]) -> AsyncGenerator[RunningApp, None]:
    """Yield an application that a test may kill."""
    async with a_running_app(tmp_path, reach) as running:
        yield running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser(chromium: Path) -> AsyncGenerator[Browser, None]:
    """Yield a real browser."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def profile(browser: Browser) -> AsyncGenerator[BrowserContext, None]:
    """Yield a browser profile without any past."""
    profile = await browser.new_context(viewport=WIDE, reduced_motion="reduce", accept_downloads=True)
    profile.set_default_timeout(PATIENCE_MS)
    yield profile
    await profile.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(profile: BrowserContext) -> Page:
    """Return an empty tab."""
    return await profile.new_page()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser) -> AsyncGenerator[Page, None]:
    """Yield a tab as wide as a phone, with touch."""
    profile = await browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    profile.set_default_timeout(PATIENCE_MS)
    yield await profile.new_page()
    await profile.close()
