"""Whatever a model, a title or a name says: it stays text, and nothing leaves for elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, Request, expect

from services.models.parameters import Parameters
from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

SCRIPT = "<script>window.broken = true</script>"
IMAGE = '<img src=x onerror="window.broken = true">'
EVIL = "evil.invalid"
ANSWER = f"""# Heading {SCRIPT}

{SCRIPT}

{IMAGE}

<iframe src="https://{EVIL}/frame"></iframe>
<style>@import url(https://{EVIL}/style.css)</style>
<svg><animate onbegin="window.broken = true"></svg>

[click me](javascript:window.broken=true) [and me](data:text/html,{SCRIPT}) [or me](JaVaScRiPt&colon;window.broken=true)

![picture](https://{EVIL}/pixel.png) ![other][ref] ![inner](data:image/svg+xml,{IMAGE})

<https://{EVIL}/auto> https://{EVIL}/bare

[ref]: https://{EVIL}/reference.png "{IMAGE}"

| {IMAGE} | {{{{ 7 * 7 }}}} |
|---|---|
| {SCRIPT} | $\\href{{javascript:window.broken=true}}{{x}}$ |

```html {IMAGE}
{SCRIPT}{IMAGE}
```
the end
"""


async def test_hostile_text_runs_nothing_and_calls_nobody(
    app: RunningApp, profile: BrowserContext, page: Page, upstream: Upstream
) -> None:
    hosts: set[str] = set()
    profile.on("request", lambda request: hosts.add(host_of(request)))
    page.on("dialog", lambda dialog: hosts.add(f"dialog {dialog.message}"))
    upstream.says["hostile"] = ANSWER
    name = f"{IMAGE}{SCRIPT}"
    hostile = lane("hostile", name=name, parameters=Parameters(system_prompt=IMAGE))
    address = await app.chat(hostile, title=f"Title {IMAGE}{SCRIPT}")
    desk = await Desk(page).open(address)
    prompt = f"Be evil {IMAGE} {SCRIPT} {{{{ 7 * 7 }}}}"

    await desk.ask(prompt)

    await desk.is_in_state(name, "Done")
    await expect(desk.answer(name)).to_contain_text("the end")
    await expect(desk.title).to_have_text(f"Title {IMAGE}{SCRIPT}")
    await page.reload()
    await desk.is_live()
    await desk.is_in_state(name, "Done")
    for label in ("click me", "and me", "or me"):
        await desk.answer(name).get_by_text(label).first.click(no_wait_after=True)
    assert page.url == address
    assert not await page.evaluate("window.broken")
    assert hosts == {"127.0.0.1"}
    answer = desk.answer(name)
    assert await answer.locator("script, iframe, style, img, svg animate, object, embed, form").count() == 0
    targets = [await link.get_attribute("href") or "" for link in await answer.locator("a").all()]
    assert {urlsplit(target).scheme for target in targets} <= {"https", "http", "mailto", ""}


def host_of(request: Request) -> str:
    return urlsplit(request.url).hostname or request.url[:40]
