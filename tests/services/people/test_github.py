"""GitHub says who people are in its own way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from omnichat.guard import CLOSED
from services.people.issuers import GITHUB, Issuer
from services.people.vouching import GitHubVoucher, NotVouchedError, Question, voucher_for

QUESTION = Question(state="s", nonce="n", verifier="v" * 43, back="http://127.0.0.1:8080/auth/back/github")


class FarEnd:
    """What the other side is told, and what it says."""

    def __init__(self) -> None:
        self.url = ""
        self.token: dict[str, object] = {"access_token": "t0k"}
        self.person: dict[str, object] = {"id": 42, "login": "Uma-S", "name": None}
        self.mails: object = [
            {"email": "old@example.com", "primary": False, "verified": True},
            {"email": "uma@example.com", "primary": True, "verified": True},
        ]
        self.asked: dict[str, str] = {}

    async def give_token(self, request: web.Request) -> web.Response:
        self.asked = {name: str(value) for name, value in (await request.post()).items()}
        return web.json_response(self.token)

    async def tell(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer t0k":
            return web.json_response({}, status=401)
        return web.json_response(self.mails if request.path.endswith("emails") else self.person)


@pytest.fixture
async def far_end() -> AsyncIterator[FarEnd]:
    far_end, app = FarEnd(), web.Application()
    app.router.add_post("/login/oauth/access_token", far_end.give_token)
    app.router.add_get("/user", far_end.tell)
    app.router.add_get("/user/emails", far_end.tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    far_end.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield far_end
    await runner.cleanup()


@pytest.fixture
async def voucher(far_end: FarEnd) -> AsyncIterator[GitHubVoucher]:
    issuer = Issuer(name="github", title="GitHub", address=far_end.url, client_id="c", client_secret="s3cret")
    voucher = GitHubVoucher(issuer, CLOSED, api=far_end.url)
    yield voucher
    await voucher.close()


async def test_people_are_told_by_their_number_and_first_address(far_end: FarEnd, voucher: GitHubVoucher) -> None:
    found = await voucher.identity(QUESTION, {"code": "c0de"})
    assert (found.issuer, found.subject, found.handle) == (GITHUB, "42", "Uma-S")
    assert (found.mail, found.mail_verified) == ("uma@example.com", True)
    assert (far_end.asked["code"], far_end.asked["code_verifier"]) == ("c0de", QUESTION.verifier)
    asked = parse_qs(urlsplit(await voucher.location(QUESTION)).query)
    assert (asked["state"], asked["code_challenge_method"]) == (["s"], ["S256"])


async def test_what_it_does_not_say_is_not_believed(far_end: FarEnd, voucher: GitHubVoucher) -> None:
    far_end.mails = [{"email": "uma@example.com", "primary": True, "verified": "yes"}]
    assert not (await voucher.identity(QUESTION, {"code": "c"})).mail_verified
    far_end.mails = {"message": "no"}
    assert (await voucher.identity(QUESTION, {"code": "c"})).mail == ""
    for number in ("42", None, 4.2):
        far_end.person = {"id": number}
        with pytest.raises(NotVouchedError):
            await voucher.identity(QUESTION, {"code": "c"})
    far_end.token = {"error": "bad_verification_code"}
    with pytest.raises(NotVouchedError):
        await voucher.identity(QUESTION, {"code": "c"})


def test_github_is_known_by_its_address() -> None:
    assert isinstance(voucher_for(Issuer(name="g", title="G", address=GITHUB, client_id="c"), CLOSED), GitHubVoucher)
