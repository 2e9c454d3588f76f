"""People come in from elsewhere, and nobody comes in as somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from omnichat.guard import CLOSED
from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.people.everybody import Everybody
from services.people.federation import Departure, MailTakenError, Return
from services.people.invitations import LinkOverError
from services.people.issuers import Issuer, read_issuers
from services.people.person import NotAllowedError, Person
from services.people.vouching import NotVouchedError, OpenIdVoucher
from services.records.account import IdentityRecord, PendingRecord
from services.records.person import PersonRecord
from services.settings import SettingsError
from tests.services.gatehouse import GOOD, Gatehouse

BACK = "http://127.0.0.1:8080/auth/back/test"
HERE = "192.0.2.1"
VERIFIED = {"email": "uma@example.com", "email_verified": True, "name": "Uma Smith", "preferred_username": "uma"}


@pytest.fixture(scope="module")
def far_end() -> Iterator[str]:
    """The address of another place with three people."""
    unproved = {**VERIFIED, "email_verified": False}
    people = [User(sub="1", claims=VERIFIED), User(sub="2", claims=unproved), User(sub="3", claims={})]
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
async def house(gatehouse: Gatehouse, far_end: str) -> AsyncIterator[Gatehouse]:
    issuer = Issuer(name="test", title="Test", address=far_end, client_id="omnichat", client_secret="a secret")
    gatehouse.vouched_by(OpenIdVoucher(issuer, CLOSED))
    yield gatehouse
    await gatehouse.federation.close()


async def leave(house: Everybody, *, token: str = "", who: Person | None = None) -> Departure:
    return await house.federation.depart("test", back=BACK, to="/c/1", token=token, who=who)


async def consent(departure: Departure, subject: str) -> dict[str, str]:
    """Let the person with that number agree at the other place, and return what the browser brings back."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(departure.location, data={"sub": subject})
    location = urlsplit(answer.headers["location"])
    assert location._replace(query="").geturl() == BACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


async def back(house: Everybody, departure: Departure, answer: dict[str, str], *, who: Person | None = None) -> Return:
    return await house.federation.come_back("test", answer, browser=departure.browser, who=who, address=HERE)


async def come_in(house: Everybody, subject: str, *, token: str = "", who: Person | None = None) -> Return:
    departure = await leave(house, token=token, who=who)
    return await back(house, departure, await consent(departure, subject), who=who)


async def test_a_newcomer_gets_an_account_where_that_is_open_and_is_known_again(house: Gatehouse) -> None:
    house.policy = "open"
    first = await come_in(house, "1")
    assert (first.who.handle, first.who.name, first.to) == ("uma", "Uma Smith", "/c/1")
    assert (await come_in(house, "1")).who == first.who
    account = await house.accounts.named(first.who, first.who.uid)
    assert (account.mail, account.mail_verified, account.has_password) == ("uma@example.com", True, False)


async def test_a_newcomer_needs_an_invitation_where_it_is_not_open(house: Gatehouse, owner: Person) -> None:
    with pytest.raises(NotAllowedError):
        await come_in(house, "3")
    with pytest.raises(LinkOverError):
        await come_in(house, "3", token="guessed")
    token = (await house.invitations.invite(owner)).secret
    assert (await come_in(house, "3", token=token)).who.handle == "guest"
    with pytest.raises(LinkOverError):
        await come_in(house, "1", token=token)


async def test_a_mail_address_links_only_if_both_sides_know_it_is_theirs(house: Gatehouse, user: Person) -> None:
    for subject in ("1", "2"):
        with pytest.raises(MailTakenError):
            await come_in(house, subject)
    await PersonRecord.filter(id=user.id).update(mail_verified=True)
    with pytest.raises(MailTakenError):
        await come_in(house, "2")
    assert (await come_in(house, "1")).who == user


async def test_an_unproved_address_is_not_kept(house: Gatehouse) -> None:
    house.policy = "open"
    who = (await come_in(house, "2")).who
    assert (await house.accounts.named(who, who.uid)).mail == ""


async def test_somebody_who_is_in_connects_another_place(house: Gatehouse, user: Person, admin: Person) -> None:
    assert (await come_in(house, "3", who=user)).who == user
    assert (await come_in(house, "3")).who == user
    with pytest.raises(NotVouchedError):
        await come_in(house, "3", who=admin)
    (connection,) = await house.federation.connections(user)
    assert connection.title == "Test"
    with pytest.raises(NotThereError):
        await house.federation.disconnect(admin, connection.id)
    await house.federation.disconnect(user, connection.id)
    assert await house.federation.connections(user) == []


async def test_the_only_way_in_stays(house: Gatehouse) -> None:
    house.policy = "open"
    who = (await come_in(house, "1")).who
    (connection,) = await house.federation.connections(who)
    with pytest.raises(NotAllowedError):
        await house.federation.disconnect(who, connection.id)
    await house.accounts.set_password(who, await house.accounts.hash_for(who, GOOD))
    await house.federation.disconnect(who, connection.id)


async def test_suspended_people_do_not_come_in_from_elsewhere(house: Gatehouse, admin: Person, user: Person) -> None:
    await come_in(house, "3", who=user)
    await house.accounts.suspend(admin, user.uid)
    with pytest.raises(NotAllowedError):
        await come_in(house, "3")


async def test_a_forged_state_is_refused(house: Gatehouse) -> None:
    departure = await leave(house)
    answer = await consent(departure, "1")
    for state in ("", "forged", answer["state"] + "x"):
        with pytest.raises(NotVouchedError):
            await back(house, departure, {**answer, "state": state})


async def test_another_browser_cannot_finish_what_one_began(house: Gatehouse) -> None:
    departure, other = await leave(house), await leave(house)
    answer = await consent(departure, "1")
    with pytest.raises(NotVouchedError, match="another browser"):
        await back(house, other, answer)
    with pytest.raises(NotVouchedError):
        await back(house, departure, answer)


async def test_an_answer_is_good_once(house: Gatehouse) -> None:
    house.policy = "open"
    departure = await leave(house)
    answer = await consent(departure, "1")
    await back(house, departure, answer)
    with pytest.raises(NotVouchedError):
        await back(house, departure, answer)


async def test_a_code_that_was_used_is_refused(house: Gatehouse) -> None:
    house.policy = "open"
    departure = await leave(house)
    answer = await consent(departure, "1")
    await back(house, departure, answer)
    again = await leave(house)
    stolen = {"code": answer["code"], "state": parse_qs(urlsplit(again.location).query)["state"][0]}
    with pytest.raises(NotVouchedError):
        await back(house, again, stolen)


async def test_a_code_that_was_meant_for_another_sign_in_is_refused(house: Gatehouse) -> None:
    house.policy = "open"
    victim, attacker = await leave(house), await leave(house)
    stolen = await consent(victim, "1")
    state = parse_qs(urlsplit(attacker.location).query)["state"][0]
    with pytest.raises(NotVouchedError, match="nonce"):
        await back(house, attacker, {"code": stolen["code"], "state": state})


async def test_what_takes_too_long_or_is_called_off_is_refused(house: Gatehouse) -> None:
    departure = await leave(house)
    answer = await consent(departure, "1")
    await PendingRecord.all().update(expires_at=now())
    with pytest.raises(NotVouchedError, match="too long"):
        await back(house, departure, answer)
    departure = await leave(house)
    state = parse_qs(urlsplit(departure.location).query)["state"][0]
    with pytest.raises(NotVouchedError, match="called off"):
        await back(house, departure, {"state": state, "error": "access_denied"})


async def test_an_answer_from_another_issuer_is_refused(house: Gatehouse) -> None:
    departure = await leave(house)
    answer = await consent(departure, "1")
    with pytest.raises(NotVouchedError, match="another issuer"):
        await back(house, departure, {**answer, "iss": "https://evil.example"})


async def test_who_signed_in_meanwhile_is_not_connected_with_it(house: Gatehouse, user: Person) -> None:
    departure = await leave(house)
    answer = await consent(departure, "1")
    with pytest.raises(NotVouchedError, match="signed in by now"):
        await back(house, departure, answer, who=user)
    assert not await IdentityRecord.all().exists()


async def test_the_browser_is_sent_with_state_nonce_and_a_challenge(house: Gatehouse, far_end: str) -> None:
    asked = parse_qs(urlsplit((await leave(house)).location).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [BACK]


async def test_an_unknown_place_is_not_there(house: Gatehouse) -> None:
    with pytest.raises(NotThereError):
        await house.federation.depart("nobody", back=BACK, to="/")


async def test_an_issuer_that_calls_itself_something_else_is_not_believed(gatehouse: Gatehouse, far_end: str) -> None:
    other = far_end.replace("localhost", "127.0.0.1")
    odd = Issuer(name="test", title="Test", address=f"{other}/", client_id="omnichat")
    gatehouse.vouched_by(OpenIdVoucher(odd, CLOSED))
    with pytest.raises(NotVouchedError):
        await leave(gatehouse)
    await gatehouse.federation.close()


def test_the_environment_names_issuers() -> None:
    found = read_issuers(
        {
            "OMNICHAT_OIDC_GOOGLE_CLIENT_ID": "g",
            "OMNICHAT_OIDC_GOOGLE_CLIENT_SECRET": "s3cret",
            "OMNICHAT_OIDC_OFFICE_ISSUER": "http://keycloak.lan/realms/office/",
            "OMNICHAT_OIDC_OFFICE_CLIENT_ID": "o",
            "OMNICHAT_OIDC_OFFICE_TITLE": "the office",
            "OTHER": "x",
        }
    )
    assert {name: (each.title, each.address) for name, each in found.items()} == {
        "google": ("Google", "https://accounts.google.com"),
        "office": ("the office", "http://keycloak.lan/realms/office"),
    }
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    "half",
    [
        {"OMNICHAT_OIDC_OFFICE_ISSUER": "https://a.example"},
        {"OMNICHAT_OIDC_OFFICE_CLIENT_ID": "o"},
        {"OMNICHAT_OIDC_OFFICE_CLIENT_ID": "o", "OMNICHAT_OIDC_OFFICE_ISSUER": "ftp://a.example"},
    ],
)
def test_half_an_issuer_stops_the_start(half: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="OMNICHAT_OIDC_OFFICE"):
        read_issuers(half)
