"""Coming in, staying in and leaving, as people do it in their browsers."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from zipfile import ZipFile

import pyotp
import pytest
import pytest_asyncio
from oidc_provider_mock import User, run_server_in_thread
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from services.people.person import Role
from tests.journeys.desk import Desk
from tests.journeys.office import ACCOUNTS, Office
from tests.journeys.running_app import a_running_app
from tests.journeys.test_hostile_text import IMAGE, SCRIPT, host_of
from tests.services.gatehouse import BETTER, GOOD

COOKIE = "omnichat_session"


@pytest.fixture(scope="module")
def far_end() -> Iterator[str]:
    """The address of another place that says who people are."""
    people = [User(sub="7", claims={"preferred_username": "fern", "name": "Fern", "email": "fern@example.com"})]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, reach: dict[str, str], far_end: str
) -> AsyncGenerator[Office, None]:
    """Yield a server that is set up, with an owner."""
    place = {"ISSUER": far_end, "CLIENT_ID": "omnichat", "CLIENT_SECRET": "a secret"}
    elsewhere = {f"OMNICHAT_OIDC_TEST_{name}": value for name, value in place.items()}
    async with a_running_app(tmp_path_factory.mktemp("office"), {**reach, **ACCOUNTS, **elsewhere}) as app:
        office = Office(app, browser)
        await office.person("olga", Role.OWNER)
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def fresh_office(tmp_path: Path, browser: Browser) -> AsyncGenerator[Office, None]:
    """Yield a server that nobody has an account on."""
    async with a_running_app(tmp_path, ACCOUNTS) as app:
        yield Office(app, browser)


@pytest_asyncio.fixture(loop_scope="session")
async def page(office: Office) -> AsyncGenerator[Page, None]:
    """Yield an empty tab, at an address of its own."""
    profile = await office.profile()
    yield await profile.new_page()
    await profile.close()


async def cookie(profile: BrowserContext) -> str:
    return next((str(each["value"]) for each in await profile.cookies() if each["name"] == COOKIE), "")


async def test_the_first_account_is_made_with_the_printed_link_and_only_once(fresh_office: Office, page: Page) -> None:
    address = fresh_office.set_up
    await page.goto(f"{fresh_office.url}/c/anything")
    await expect(page).to_have_url(f"{fresh_office.url}/set-up")
    await page.goto(address)
    await page.get_by_label("User name").fill("olga")
    await page.get_by_label("Password", exact=True).fill("password12345")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_label("Password", exact=True)).to_have_accessible_description(
        re.compile("thieves try first")
    )
    await expect(page.get_by_label("User name")).to_have_value("olga")
    await page.get_by_label("Password", exact=True).fill(GOOD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page).to_have_url(f"{fresh_office.url}/")
    await expect(page.get_by_role("button", name="You: olga")).to_be_visible()

    stranger = await (await fresh_office.profile()).new_page()
    answer = await stranger.goto(address)
    assert answer
    assert answer.status == 404
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("OmniChat is set up already")
    await stranger.context.close()


async def test_a_wrong_password_is_told_and_the_right_one_leads_where_one_wanted(office: Office, page: Page) -> None:
    await office.person("wanda")
    await page.goto(f"{office.url}/settings/profile")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Welcome back")
    await page.get_by_label("User name or mail").fill("wanda")
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(re.compile("do not match"))
    await expect(page.get_by_label("User name or mail")).to_have_value("wanda")
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    assert not await cookie(page.context)
    await page.get_by_label("Password", exact=True).fill(GOOD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{office.url}/settings/profile")
    await expect(page.get_by_label("User name")).to_have_value("wanda")


@pytest.mark.parametrize("to", ["//evil.invalid", "https://evil.invalid", "/\\evil.invalid", "javascript:alert(1)"])
async def test_signing_in_never_leads_elsewhere(office: Office, page: Page, to: str) -> None:
    await office.sign_in(page, "olga", at=f"/sign-in?to={to}")
    await expect(page).to_have_url(f"{office.url}/")


async def test_a_session_that_somebody_planted_is_not_the_one_that_is_opened(office: Office, page: Page) -> None:
    planted = "planted-by-somebody-else"
    await page.context.add_cookies([{"name": COOKIE, "value": planted, "url": office.url}])
    await office.sign_in(page, "olga")
    first = await cookie(page.context)
    assert first not in {"", planted}
    await page.context.clear_cookies()
    await page.context.add_cookies([{"name": COOKIE, "value": first, "url": office.url}])
    await page.goto(f"{office.url}/auth/sign-in")  # signed in, and signing in again
    await page.request.post(f"{office.url}/auth/sign-in", form={"login": "olga", "password": GOOD})
    assert await cookie(page.context) not in {"", first}
    stale = await (await office.profile()).new_page()
    await stale.context.add_cookies([{"name": COOKIE, "value": first, "url": office.url}])
    await stale.goto(office.url)
    await expect(stale).to_have_url(f"{office.url}/sign-in")
    await stale.context.close()


async def test_scripts_cannot_read_the_cookie(office: Office, page: Page) -> None:
    await office.sign_in(page, "olga")
    assert await cookie(page.context)
    assert COOKIE not in await page.evaluate("document.cookie")


async def test_a_stolen_cookie_dies_when_its_owner_signs_out(office: Office, page: Page) -> None:
    await office.person("stella")
    await office.sign_in(page, "stella")
    thief = await office.profile()
    await thief.add_cookies([{"name": COOKIE, "value": await cookie(page.context), "url": office.url}])
    stolen = await thief.new_page()
    await Desk(stolen).open(office.url)
    await Desk(page).is_live()
    await page.get_by_role("button", name="You: stella").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page).to_have_url(f"{office.url}/sign-in")
    assert not await cookie(page.context)
    await expect(stolen).to_have_url(re.compile("/sign-in"))
    assert (await stolen.request.get(f"{office.url}/settings", max_redirects=0)).status == 401
    await thief.close()


async def test_a_new_password_signs_every_other_browser_out(office: Office, page: Page) -> None:
    await office.person("nora")
    other = await (await office.profile()).new_page()
    for each in (page, other):
        await office.sign_in(each, "nora")
        await Desk(each).is_live()
    before = await cookie(page.context)
    await page.goto(f"{office.url}/settings/security")
    await page.get_by_label("Your password now").fill("not this one")
    await page.get_by_label("New password").fill(BETTER)
    await page.get_by_role("button", name="Change the password").click()
    await expect(page.get_by_label("Your password now")).to_have_accessible_description("That is not your password.")
    await page.get_by_label("Your password now").fill(GOOD)
    await page.get_by_label("New password").fill(BETTER)
    await page.get_by_role("button", name="Change the password").click()
    await Desk(page).is_live()
    await expect(page.locator(".o-toast")).to_have_count(1)
    await expect(page.locator(".o-toast")).to_contain_text("Your password is changed")
    assert await cookie(page.context) not in {"", before}
    await expect(other).to_have_url(re.compile("/sign-in"))
    await office.sign_in(other, "nora", BETTER)
    await expect(other).to_have_url(f"{office.url}/")
    await other.context.close()


async def test_another_browser_is_signed_out_from_the_list(office: Office, page: Page) -> None:
    await office.person("lena")
    other = await (await office.profile()).new_page()
    for each in (page, other):
        await office.sign_in(each, "lena")
        await Desk(each).is_live()
    await page.goto(f"{office.url}/settings/security")
    browsers = page.get_by_role("list", name="Browsers").get_by_role("listitem")
    await expect(browsers).to_have_count(2)
    await browsers.filter(has_not_text="This browser").get_by_role("button", name="Sign out").click()
    await expect(browsers).to_have_count(1)
    await expect(other).to_have_url(re.compile("/sign-in"))
    await page.reload()
    await expect(browsers).to_have_count(1)
    await other.context.close()


async def test_a_second_factor_is_turned_on_asked_for_and_replaced_by_a_recovery_code(
    office: Office, page: Page
) -> None:
    await office.person("tess")
    await office.sign_in(page, "tess")
    await Desk(page).open(f"{office.url}/settings/security")
    await page.get_by_role("button", name="Turn on").click()
    secret = (await page.locator(".o-well").inner_text()).replace(" ", "")
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await page.get_by_label("Code", exact=True).fill("12")
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_label("Code", exact=True)).to_have_accessible_description(re.compile("not right"))
    await page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    await page.keyboard.press("Enter")
    codes = page.locator(".o-codes li")
    await expect(codes).to_have_count(10)
    spare = await codes.all_inner_texts()

    other = await (await office.profile()).new_page()
    await office.sign_in(other, "tess", at="/sign-in?to=/settings")
    await expect(other.get_by_role("heading", level=1)).to_have_text("Six digits, please")
    waiting = await cookie(other.context)
    await other.goto(f"{office.url}/settings")
    await expect(other).to_have_url(re.compile("/sign-in"))
    await office.sign_in(other, "tess", at="/sign-in?to=/settings")
    await other.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).at(0))
    await other.get_by_role("button", name="Sign in").click()
    await expect(other.get_by_label("Code", exact=True)).to_have_accessible_description(re.compile("not right"))
    await other.get_by_role("link", name="Use a recovery code").click()
    await other.get_by_label("Recovery code").fill(spare[3])
    await other.keyboard.press("Enter")
    await expect(other).to_have_url(f"{office.url}/settings")
    assert await cookie(other.context) not in {"", waiting}
    await other.context.close()


async def test_an_invitation_makes_one_account(office: Office, page: Page) -> None:
    async with office.house() as house:
        (owner,) = [
            each.person for each in await house.accounts.search(await house.person("invita", Role.OWNER), "olga")
        ]
        path = (await house.invitations.invite(owner)).path
    await page.goto(f"{office.url}{path}")
    await page.get_by_label("User name").fill("OLGA")
    await page.get_by_label("Password", exact=True).fill(GOOD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_label("User name")).to_have_accessible_description(re.compile("Somebody has that"))
    await page.get_by_label("User name").fill("ines")
    await page.get_by_label("Password", exact=True).fill(GOOD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("button", name="You: ines")).to_be_visible()
    answer = await page.goto(f"{office.url}{path}")
    assert answer
    assert answer.status == 404


async def test_a_reset_link_sets_a_new_password(office: Office, page: Page) -> None:
    who = await office.person("rita")
    async with office.house() as house:
        path = (await house.invitations.reset(await house.person("resetta", Role.ADMIN), who.uid)).path
    await page.goto(f"{office.url}{path}")
    await page.get_by_label("Password", exact=True).fill(BETTER)
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_role("button", name="You: rita")).to_be_visible()


async def test_another_place_lets_somebody_in_once_they_connected_it(office: Office, page: Page) -> None:
    await office.person("fern")
    await page.goto(f"{office.url}/sign-in")
    await page.get_by_role("link", name="Continue with Test").click()
    await page.get_by_role("button", name="7", exact=True).first.click()
    await expect(page.get_by_role("alert")).to_have_text(re.compile("by invitation"))

    await office.sign_in(page, "fern")
    await Desk(page).open(f"{office.url}/settings/security")
    await page.get_by_role("link", name="Connect").click()
    await page.get_by_role("button", name="7", exact=True).first.click()
    ways = page.get_by_role("list", name="Other ways in")
    await expect(ways.get_by_role("button", name="Disconnect")).to_be_visible()

    other = await (await office.profile()).new_page()
    await other.goto(f"{office.url}/sign-in?to=/settings")
    await other.get_by_role("link", name="Continue with Test").click()
    await other.get_by_role("button", name="7", exact=True).first.click()
    await expect(other).to_have_url(f"{office.url}/settings")
    await expect(other.get_by_role("button", name="You: fern")).to_be_visible()
    await other.context.close()


async def test_a_hostile_name_stays_text(office: Office, page: Page) -> None:
    hosts: set[str] = set()

    def note(request: Request) -> None:
        hosts.add(host_of(request))

    page.context.on("request", note)
    hostile = f"{IMAGE}{SCRIPT}{{{{7*7}}}}"
    await office.person("hank", name=hostile)
    await office.sign_in(page, "hank")
    await Desk(page).is_live()
    await expect(page.get_by_role("button", name=f"You: {hostile[:80]}")).to_be_visible()
    await Desk(page).open(f"{office.url}/settings/profile")
    await expect(page.get_by_label("Name", exact=True)).to_have_value(hostile[:80])
    await page.get_by_label("Name", exact=True).fill(f'" autofocus onfocus=window.broken=1 x="{SCRIPT}')
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name='You: " autofocus')).to_be_visible()
    assert not await page.evaluate("window.broken")
    assert hosts == {"127.0.0.1"}


async def test_people_take_their_data_along_and_leave(office: Office, page: Page) -> None:
    await office.person("dora")
    await office.sign_in(page, "dora")
    await Desk(page).open(f"{office.url}/settings/security")
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Take everything along").click()
    with ZipFile(await (await started.value).path()) as archive:
        assert json.loads(archive.read("person.json"))[0]["handle"] == "dora"
    await page.get_by_text("Delete your account").click()
    form = page.get_by_role("group").filter(has_text="gone at once")
    await form.get_by_label("Your password", exact=True).fill("not this one")
    await form.get_by_role("button", name="Delete my account").click()
    await expect(form.get_by_label("Your password", exact=True)).to_have_accessible_description("That is not right.")
    await form.get_by_label("Your password", exact=True).fill(GOOD)
    await form.get_by_role("button", name="Delete my account").click()
    await expect(page).to_have_url(f"{office.url}/sign-in")
    await office.sign_in(page, "dora")
    await expect(page.get_by_role("alert")).to_have_text(re.compile("do not match"))


async def test_the_form_says_to_password_managers_what_it_asks(office: Office, page: Page) -> None:
    await page.goto(f"{office.url}/sign-in")
    await expect(page.get_by_label("User name or mail")).to_be_focused()
    await expect(page.get_by_label("User name or mail")).to_have_attribute("autocomplete", "username")
    await expect(page.get_by_label("Password", exact=True)).to_have_attribute("autocomplete", "current-password")
    await page.keyboard.type("olga")
    await page.keyboard.press("Tab")
    await page.keyboard.type(GOOD)
    await page.get_by_role("button", name="Show the password").click()
    await expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    await expect(page.get_by_label("Password", exact=True)).to_have_value(GOOD)
    await page.get_by_role("button", name="Sign in", exact=True).press("Enter")
    await expect(page).to_have_url(f"{office.url}/")
