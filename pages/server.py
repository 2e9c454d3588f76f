"""The web server: what is mounted, how it starts and how it ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from nicegui import app, core, ui
from nicegui.translations import translations

from components import locked_scroll, theme
from pages.admin.exports import exports
from pages.api.door import api
from pages.auth_routes import auth_routes
from pages.elsewhere import elsewhere
from pages.entrance import add_entrance
from pages.guide import serve_pictures
from pages.health import health
from pages.live_pages import follow_sessions, guard_pages
from pages.log_lines import install_log
from pages.own_data import own_data
from pages.page_template import mark_scripts
from pages.pictures import pictures
from pages.shell import shell
from pages.threshold import LONGEST_MESSAGE, threshold
from services.wiring import Services

log = logging.getLogger(__name__)

WORDS = {
    "connection_lost": "Connection lost.",
    "trying_to_reconnect": "Lanes keep writing while the server runs, and this page catches up by itself.",
    "message_too_long": "That is too long to send.",
    "message_too_long_body": "One prompt takes up to about 1 MB. Shorten it; nothing was sent.",
}
NOTICE = 1.0  # seconds in which a proxy can learn from /readyz that no more should come
RECONNECT = 30.0  # seconds; the default of 3 drops pages whose pong is late while the server is busy


def serve(services: Services) -> None:
    """Serve the pages until the process is told to end."""
    settings = services.settings
    install_log(settings.log, quiet=settings.alone and not settings.log)
    mount(services)
    _around_lifespan(services)
    ui.run(
        partial(shell, services),
        host=settings.host,
        port=settings.port,
        title="OmniChat",
        favicon=theme.FAVICON,
        language="en-US",
        dark=None,
        reload=False,
        show=False,
        show_welcome_message=False,
        tailwind=False,
        reconnect_timeout=RECONNECT,
        binding_refresh_interval=None,
        timeout_graceful_shutdown=3,
        proxy_headers=False,
        server_header=False,
    )


def mount(services: Services) -> None:
    """Put every route and page in its place."""
    theme.install()
    locked_scroll.install()
    serve_pictures()
    translations["en-US"].update(WORDS)
    core.sio.eio.max_http_buffer_size = LONGEST_MESSAGE
    app.include_router(health(services))
    app.include_router(pictures(services))
    app.include_router(exports(services))
    app.mount("/api", api(services))
    if not services.settings.alone:
        app.include_router(auth_routes(services))
        app.include_router(elsewhere(services))
        app.include_router(own_data(services))
        add_entrance(services)
    guard_pages()
    mark_scripts()


def _around_lifespan(services: Services) -> None:
    """Open the services and the entrance before the first request; on_startup would not be awaited.

    The entrance stands before all that NiceGUI puts around its routes, so that nothing answers without it.
    """
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncGenerator[None, None]:
        try:
            await services.open()
            assert api.middleware_stack
            api.middleware_stack = threshold(services, api.middleware_stack)
            async with inner(api):
                _drain_on_signals(services)
                following = asyncio.create_task(
                    follow_sessions(services.people.sessions, services.news), name="sessions"
                )
                log.info("OmniChat is ready at %s", services.settings.address)
                await _invite_first_owner(services)
                gc.freeze()  # what was loaded stays for good; to look through all of it stops every stream for 0.3 s
                gc.enable()
                yield
                following.cancel()
        finally:
            await services.close()

    app.router.lifespan_context = lifespan


async def _invite_first_owner(services: Services) -> None:
    """Print the link that makes the first account, where whoever started the server sees it and nobody else."""
    if not services.settings.alone and (made := await services.people.joining.begin_set_up()):
        print(f"Make the first account at {services.settings.address}{made.path}", flush=True)


def _drain_on_signals(services: Services) -> None:
    """Finish running answers before the server closes its door; a second signal ends it at once."""
    loop = asyncio.get_running_loop()
    ending = _Ending(services)
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, ending.begin, number)
        except NotImplementedError:  # Windows has none in its loops
            signal.signal(number, lambda got, _: loop.call_soon_threadsafe(ending.begin, got))


class _Ending:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._task: asyncio.Task[None] | None = None

    def begin(self, number: int) -> None:
        if self._task:
            self._task.cancel()
            app.shutdown()
            return
        self._task = asyncio.create_task(self._drain(number), name="drain")

    async def _drain(self, number: int) -> None:
        if running := self._services.hub.running:
            answers = "1 running answer" if running == 1 else f"{running} running answers"
            log.info("Finishing %s. Press Ctrl+C again to end at once.", answers)
        if number == signal.SIGTERM:
            self._services.ready = False
            await asyncio.sleep(NOTICE)
        await self._services.drain()
        app.shutdown()
