"""How an account of Google Cloud becomes a token."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from omnichat import AsyncClient
from omnichat.deltas import FinishDelta, FinishReason, TextDelta
from omnichat.errors import AddressError, AuthenticationError, MissingKeyError, ServerError
from omnichat.google_tokens import GoogleTokens
from omnichat.messages import ChatRequest, Message
from omnichat.signing import Outgoing
from tests.omnichat.far_end import JSON, FarEnd, Saying, event, far_end

HELLO = ChatRequest(model="vertex/gemini-3.8-flash", messages=(Message.of("user", "Hi"),))
ANSWER = Saying(pieces=(event({"candidates": [{"content": {"parts": [{"text": "Yes"}]}, "finishReason": "STOP"}]}),))
OUTGOING = Outgoing(method="POST", url="https://aiplatform.googleapis.com/v1beta1/x", headers={}, body=b"{}")
NOWHERE = {"CLOUDSDK_CONFIG": "/nonexistent", "GCE_METADATA_HOST": "127.0.0.1:1"}


def token(text: str = "ya29.one", lasts: int = 3599) -> Saying:
    return Saying(
        kind=JSON, pieces=(json.dumps({"access_token": text, "expires_in": lasts, "token_type": "Bearer"}).encode(),)
    )


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def account(key: RSAPrivateKey) -> dict[str, str]:
    return {
        "type": "service_account",
        "project_id": "tides",
        "private_key_id": "k1",
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "client_email": "reader@tides.iam.gserviceaccount.com",
    }


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VERTEX_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)


class Bank:
    """A token service that notes what it is asked, and answers when it may."""

    def __init__(self, lasts: int = 3600) -> None:
        self.asked: list[tuple[str, Mapping[str, str], bool]] = []
        self.busy = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.lasts = lasts

    async def __call__(
        self,
        url: str,
        form: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        method: Literal["POST", "GET", "PUT"] = "POST",
        guarded: bool = False,
    ) -> Any:
        self.asked.append((url, form, guarded))
        self.busy.set()
        await self.open.wait()
        return {"access_token": f"ya29.{len(self.asked)}", "expires_in": self.lasts}


def unpacked(part: str) -> Any:
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def said(client: AsyncClient, key: str | None = None, base_url: str | None = None) -> list[Any]:
    return [delta async for delta in client.stream(HELLO, key=key, base_url=base_url)]


async def test_a_service_account_is_exchanged_for_a_token_that_opens_the_door(
    key: RSAPrivateKey, account: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with far_end(token(), ANSWER) as end:
        uri = f"{end.url}/token"
        (tmp_path / "account.json").write_text(json.dumps({**account, "token_uri": uri}))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
        async with AsyncClient(base_urls={"vertex": f"{end.url}/v1beta1/projects/tides/locations/global"}) as client:
            assert await said(client) == [TextDelta("Yes"), FinishDelta(FinishReason.STOP)]
            await said(client)
    exchange, chat, again = end.asked
    header, claims, signature = exchange.body["assertion"].split(".")
    key.public_key().verify(urlsafe_b64decode(signature + "=="), f"{header}.{claims}".encode(), PKCS1v15(), SHA256())
    assert unpacked(header) == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    told = unpacked(claims)
    assert (told["iss"], told["aud"], told["exp"] - told["iat"]) == (account["client_email"], uri, 3600)
    assert told["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    assert exchange.body["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert {chat.headers["authorization"], again.headers["authorization"]} == {"Bearer ya29.one"}
    assert chat.path == (
        "/v1beta1/projects/tides/locations/global/publishers/google/models/gemini-3.8-flash"
        ":streamGenerateContent?alt=sse"
    )


async def test_a_token_is_kept_until_a_minute_before_it_expires(account: dict[str, str]) -> None:
    now, bank = [1000.0], Bank(lasts=600)
    signer = GoogleTokens({}, clock=lambda: now[0])
    seen = []
    for at in (1000, 1539, 1541):
        now[0] = at
        seen.append((await signer.sign(OUTGOING, json.dumps(account), bank))["Authorization"])
    assert seen == ["Bearer ya29.1", "Bearer ya29.1", "Bearer ya29.2"]


async def test_one_exchange_is_enough_for_all_who_wait(account: dict[str, str]) -> None:
    bank, signer = Bank(), GoogleTokens({})
    bank.open.clear()
    waiting = [asyncio.create_task(signer.sign(OUTGOING, json.dumps(account), bank)) for _ in range(5)]
    await bank.busy.wait()
    bank.open.set()
    assert {headers["Authorization"] for headers in await asyncio.gather(*waiting)} == {"Bearer ya29.1"}
    assert len(bank.asked) == 1


async def test_whoever_waits_goes_on_where_the_first_was_called_off(account: dict[str, str]) -> None:
    bank, signer = Bank(), GoogleTokens({})
    bank.open.clear()
    first, second = (asyncio.create_task(signer.sign(OUTGOING, json.dumps(account), bank)) for _ in range(2))
    await bank.busy.wait()
    first.cancel()
    bank.open.set()
    assert await second == {"Authorization": "Bearer ya29.2"}


async def test_two_accounts_have_two_tokens(account: dict[str, str]) -> None:
    bank, signer = Bank(), GoogleTokens({})
    one = await signer.sign(OUTGOING, json.dumps(account), bank)
    other = await signer.sign(OUTGOING, json.dumps({**account, "client_email": "other@tides"}), bank)
    assert one != other


async def test_a_gcloud_login_is_renewed_and_pays_for_itself(tmp_path: Path) -> None:
    login = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    (tmp_path / "application_default_credentials.json").write_text(json.dumps({**login, "quota_project_id": "tides"}))
    bank = Bank()
    headers = await GoogleTokens({"CLOUDSDK_CONFIG": str(tmp_path)}).sign(OUTGOING, None, bank)
    assert headers == {"Authorization": "Bearer ya29.1", "x-goog-user-project": "tides"}
    form = {"grant_type": "refresh_token", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    assert bank.asked == [("https://oauth2.googleapis.com/token", form, False)]


async def test_a_machine_of_google_vouches_for_its_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_end(token("ya29.machine"), ANSWER) as end:
        monkeypatch.setenv("GCE_METADATA_HOST", end.url.removeprefix("http://"))
        async with AsyncClient(base_urls={"vertex": end.url}) as client:
            await said(client)
    asked, chat = end.asked
    assert (asked.method, asked.headers["metadata-flavor"]) == ("GET", "Google")
    assert asked.path == "/computeMetadata/v1/instance/service-accounts/default/token"
    assert chat.headers["authorization"] == "Bearer ya29.machine"


async def test_without_any_account_a_key_is_asked_for() -> None:
    async with far_end(ANSWER) as end, AsyncClient(base_urls={"vertex": end.url}) as client:
        with pytest.raises(MissingKeyError, match="VERTEX_API_KEY"):
            await said(client)
    assert end.asked == []


async def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent.json")
    async with far_end(ANSWER) as end, AsyncClient(base_urls={"vertex": end.url}) as client:
        with pytest.raises(MissingKeyError, match=r"/nonexistent\.json"):
            await said(client)


@pytest.mark.parametrize(
    ("key", "header", "value"),
    [("AQ.express", "x-goog-api-key", "AQ.express"), ("ya29.given", "authorization", "Bearer ya29.given")],
)
async def test_an_express_key_or_a_token_goes_as_it_is(key: str, header: str, value: str) -> None:
    async with far_end(ANSWER) as end, AsyncClient(keys={"vertex": key}, base_urls={"vertex": end.url}) as client:
        await said(client)
    assert [asked.headers[header] for asked in end.asked] == [value]


async def test_an_account_that_a_person_typed_leads_into_no_private_network(account: dict[str, str]) -> None:
    async with far_end(token(), ANSWER) as end, AsyncClient(base_urls={"vertex": end.url}) as client:
        with pytest.raises(AddressError, match="private network"):
            await said(client, key=json.dumps({**account, "token_uri": f"{end.url}/token"}))
    assert end.asked == []


async def refused(end: FarEnd, account: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "account.json").write_text(json.dumps({**account, "token_uri": f"{end.url}/token"}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
    async with AsyncClient(base_urls={"vertex": end.url}) as client:
        with pytest.raises(AuthenticationError) as raised:
            await said(client)
    return str(raised.value)


async def test_a_refused_account_is_a_wrong_key(
    account: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b'{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}'
    async with far_end(Saying(status=400, kind=JSON, pieces=(body,))) as end:
        assert await refused(end, account, tmp_path, monkeypatch) == "vertex: invalid_grant: Invalid JWT Signature."


@pytest.mark.parametrize("wrong", [{"private_key": "no pem"}, {"type": "external_account"}])
async def test_an_account_that_cannot_be_used_is_a_wrong_key(
    wrong: dict[str, str], account: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with far_end(token()) as end:
        assert "PRIVATE KEY" not in await refused(end, {**account, **wrong}, tmp_path, monkeypatch)
    assert end.asked == []


async def test_a_token_service_that_breaks_is_asked_again(
    account: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Saying(status=500, kind=JSON, pieces=(b"{}",), headers={"retry-after": "0"})
    async with far_end(broken, token(), ANSWER) as end:
        (tmp_path / "account.json").write_text(json.dumps({**account, "token_uri": f"{end.url}/token"}))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
        async with AsyncClient(base_urls={"vertex": end.url}) as client:
            assert TextDelta("Yes") in await said(client)
        async with AsyncClient(base_urls={"vertex": end.url}, retries=0) as client:
            end.says.appendleft(broken)
            with pytest.raises(ServerError):
                await said(client)
