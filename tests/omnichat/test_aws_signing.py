"""A request we signed is signed as Amazon's own library signs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as OfficialCredentials
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat.aws_profile import region_of
from omnichat.aws_signing import AwsSigner
from omnichat.aws_sources import source_of
from omnichat.errors import AuthenticationError, MissingKeyError
from omnichat.signing import Outgoing

NOW = datetime(2026, 11, 21, 5, 6, 7, tzinfo=UTC)
RUNTIME = "https://bedrock-runtime.us-east-1.amazonaws.com"
CHAT = f"{RUNTIME}/model/us.amazon.nova-2-lite-v1%3A0/converse-stream"


async def no_post(*_: object, **__: object) -> Any:
    raise AssertionError("no token service is asked")


def signer(variables: Mapping[str, str] | None = None) -> AwsSigner:
    return AwsSigner({"HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true", **(variables or {})}, lambda: NOW)


def outgoing(url: str = CHAT, method: str = "POST", body: bytes = b"{}") -> Outgoing:
    kind = {"content-type": "application/json"} if body else {}
    host = url.split("/")[2]
    return Outgoing(method=method, url=url, headers={"host": host, "user-agent": "omnichat", **kind}, body=body)


def official(
    request: Outgoing, secret: tuple[str, str, str], *, region: str = "us-east-1", service: str = "bedrock"
) -> dict[str, str]:
    """Return what Amazon's library adds to the same request at the same time."""
    access_key, password, token = secret
    auth = SigV4Auth(OfficialCredentials(access_key, password, token or None), service, region)
    kind = {name: value for name, value in request.headers.items() if name == "content-type"}
    theirs = AWSRequest(request.method, request.url, data=request.body, headers=kind)
    theirs.context["timestamp"] = NOW.strftime(SIGV4_TIMESTAMP)
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    signature = auth.signature(auth.string_to_sign(theirs, auth.canonical_request(theirs)), theirs)
    auth._inject_signature_to_request(theirs, signature)
    return {name: value for name, value in theirs.headers.items() if name.lower() != "content-type"}


@pytest.mark.parametrize(
    ("request_", "region", "service"),
    [
        (outgoing(), "us-east-1", "bedrock"),
        (outgoing(body='{"text": "Grüße 🌊"}'.encode()), "us-east-1", "bedrock"),
        (outgoing(f"{RUNTIME}/model/arn%3Aaws%3Abedrock%3A%3A1%3Aprofile%2Fus.x~y/converse"), "us-east-1", "bedrock"),
        (outgoing("https://bedrock.eu-west-1.amazonaws.com/foundation-models", "GET", b""), "eu-west-1", "bedrock"),
        (outgoing("https://bedrock.eu-west-1.amazonaws.com/x?b=2&a=1&a=%20&c", "GET", b""), "eu-west-1", "bedrock"),
        (
            outgoing("https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/m/converse"),
            "us-gov-west-1",
            "bedrock",
        ),
        (
            outgoing("https://vpce-1-a.bedrock-runtime.ap-south-1.vpce.amazonaws.com/model/m/converse"),
            "ap-south-1",
            "bedrock",
        ),
        (outgoing("https://bedrock-mantle.us-west-2.api.aws/v1/responses"), "us-west-2", "bedrock-mantle"),
        (outgoing("http://localhost:9000/proxy/model/m/converse"), "sa-east-1", "bedrock"),
    ],
)
@pytest.mark.parametrize("token", ["", "IQoJb3JpZ2luX2VjE/+=="])
async def test_a_signature_is_amazons_byte_for_byte(request_: Outgoing, region: str, service: str, token: str) -> None:
    secret = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    key = ":".join(filter(None, secret))
    proof = await signer({"AWS_REGION": "sa-east-1"}).sign(request_, key, no_post)
    assert proof == official(request_, secret, region=region, service=service)


@settings(deadline=None)
@given(
    body=st.binary(min_size=1, max_size=50),
    path=st.text("abc-_.~%3A2F/", max_size=20).filter(lambda path: "." not in path and "//" not in path),
    token=st.text("abcXYZ019/+=", max_size=20),
)
async def test_any_request_is_signed_as_amazon_signs_it(body: bytes, path: str, token: str) -> None:
    request = outgoing(f"{RUNTIME}/model{path}", body=body)
    key = f"AKID:secret/+{':' + token if token else ''}"
    assert await signer().sign(request, key, no_post) == official(request, ("AKID", "secret/+", token))


async def test_a_key_of_bedrocks_own_needs_no_signature() -> None:
    assert await signer().sign(outgoing(), "ABSKQmVkcm9jaw==", no_post) == {}


async def test_the_environment_says_who_we_are() -> None:
    variables = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    proof = await signer(variables).sign(outgoing(), None, no_post)
    assert proof == official(outgoing(), ("AKID", "secret", "token"))
    assert "secret" not in str(proof) + repr(source_of(variables))


async def test_a_profile_says_who_we_are_and_where(tmp_path: Path) -> None:
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = A\naws_secret_access_key = a%b\n"
        "[work]\naws_access_key_id=W\naws_secret_access_key=w\naws_session_token=t\n"
    )
    (folder / "config").write_text("[default]\nregion = eu-west-3\n[profile work]\nregion=eu-north-1\ns3 =\n  a = 1\n")
    home = {"HOME": str(tmp_path)}
    local = outgoing("http://localhost:9000/model/m/converse")
    proof = await signer(home).sign(local, None, no_post)
    assert proof == official(local, ("A", "a%b", ""), region="eu-west-3")
    work = {**home, "AWS_PROFILE": "work"}
    proof = await signer(work).sign(local, None, no_post)
    assert proof == official(local, ("W", "w", "t"), region="eu-north-1")
    assert region_of({**work, "AWS_DEFAULT_REGION": "us-west-2"}) == "us-west-2"
    elsewhere = {"AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"), "HOME": "/nonexistent"}
    assert source_of(elsewhere) == source_of(home)


@pytest.mark.parametrize(
    "text", ["", "no section\n", "[other]\na=b\n", "[default]\naws_access_key_id=A\n", "[default]\n\xff"]
)
async def test_nothing_that_proves_who_we_are_is_a_missing_key(tmp_path: Path, text: str) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_bytes(text.encode("latin-1"))
    with pytest.raises(MissingKeyError, match="AWS_PROFILE"):
        await signer({"HOME": str(tmp_path)}).sign(outgoing(), None, no_post)


@pytest.mark.parametrize("key", [":", "id:", ":secret", "id:secret:", "id:sec\nret", "id:sécret"])
async def test_half_a_key_is_refused(key: str) -> None:
    with pytest.raises(AuthenticationError):
        await signer().sign(outgoing(), key, no_post)
