"""What a browser loads when it comes for the first time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maintenance.benchmark.app import running_app
from maintenance.benchmark.browser import running_browser
from maintenance.benchmark.report import Figure


async def page(folder: Path) -> list[Figure]:
    """Open the first page with an empty cache."""
    async with running_app(folder) as app, running_browser() as browser:
        opened = await browser.new_page()
        devtools = await opened.context.new_cdp_session(opened)
        requests: dict[str, float] = {}
        moments: dict[str, float] = {}

        def sent(event: dict[str, Any]) -> None:
            if event["request"]["url"].startswith("http"):
                requests[event["requestId"]] = 0
                moments.setdefault("begin", event["timestamp"])

        def finished(event: dict[str, Any]) -> None:
            if event["requestId"] in requests:
                requests[event["requestId"]] = event["encodedDataLength"]

        def lived(event: dict[str, Any]) -> None:
            moments[event["name"]] = event["timestamp"]

        devtools.on("Network.requestWillBeSent", sent)
        devtools.on("Network.loadingFinished", finished)
        devtools.on("Page.lifecycleEvent", lived)
        await devtools.send("Network.enable")
        await devtools.send("Page.enable")
        await devtools.send("Page.setLifecycleEventsEnabled", {"enabled": True})
        moments.clear()
        await opened.goto(app.url, wait_until="networkidle")
    paint = (moments["firstContentfulPaint"] - moments["begin"]) * 1000
    return [
        Figure(name="first page: requests", value=len(requests), bar=25),
        Figure(name="first page: on the wire", value=sum(requests.values()) / 1e6, unit="MB", bar=1),
        Figure(name="first page: first paint", value=paint, unit="ms"),
    ]
