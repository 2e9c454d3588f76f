"""Roles for a token, for other credentials and for a login, as Amazon's own library asks for them."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as OfficialCredentials
from botocore.credentials import JSONFileCache

from omnichat.aws_sources import source_of
from omnichat.errors import AuthenticationError, MissingKeyError
from tests.omnichat.aws_world import GIVEN, PRINTED, SOON, STAMP, World, both, ours, saying, told, world
from tests.omnichat.far_end import Asked, Saying, far_end

__all__ = ["world"]
ROLE = "arn:aws:iam::123456789012:role/reader"


def from_sts(action: str) -> Saying:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in PRINTED.items() if name != "Version")
    space = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
    result = f"<{action}Result><Credentials>{inner}</Credentials></{action}Result>"
    return saying(f"<{action}Response {space}>{result}</{action}Response>", "text/xml")


async def test_a_token_in_a_file_is_exchanged_for_a_role(world: World, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("e30.e30.x")
    async with far_end(from_sts("AssumeRoleWithWebIdentity")) as end:
        variables = world(
            AWS_WEB_IDENTITY_TOKEN_FILE=str(tmp_path / "token"),
            AWS_ROLE_ARN=ROLE,
            AWS_ROLE_SESSION_NAME="talk",
            AWS_ENDPOINT_URL_STS=end.url,
        )
        we, they = await both(variables, end)
        assert (await ours(variables)).until == SOON.timestamp()
    assert [_form(one.body) for one in we] == [_form(one.body) for one in they]
    assert told(we) == told(they)


def _form(body: Any) -> dict[str, str]:
    """Return the fields of a form, or of a query."""
    return body if isinstance(body, dict) else dict(parse_qsl(body.decode() if isinstance(body, bytes) else body))


async def test_a_role_that_is_refused_is_told_as_such(world: World, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("e30.secret.x")
    no = "<Error><Code>ExpiredTokenException</Code><Message>Token expired</Message></Error>"
    async with far_end(saying(no, "text/xml", 400)) as end:
        variables = world(
            AWS_WEB_IDENTITY_TOKEN_FILE=str(tmp_path / "token"), AWS_ROLE_ARN=ROLE, AWS_ENDPOINT_URL_STS=end.url
        )
        with pytest.raises(AuthenticationError, match="STS refused: ExpiredTokenException Token expired") as caught:
            await ours(variables)
    assert "secret" not in str(caught.value)


async def test_a_profile_assumes_a_role_by_way_of_another(world: World) -> None:
    config = f"[profile work]\nrole_arn={ROLE}\nsource_profile=base\nexternal_id=a b\nrole_session_name=talk\n"
    secrets = "[base]\naws_access_key_id=AKID\naws_secret_access_key=base\n"
    async with far_end(from_sts("AssumeRole")) as end:
        variables = world(config, secrets, AWS_PROFILE="work", AWS_ENDPOINT_URL_STS=end.url)
        we, they = await both(variables, end)
    assert _form(we[0].path.removeprefix("/?")) == _form(they[0].body)
    assert _form(they[0].body)["ExternalId"] == "a b"
    assert we[0].headers["authorization"] == _signature(we[0], end.url)


def _signature(asked: Asked, url: str) -> str:
    """Return how Amazon's own library signs the same request."""
    auth = SigV4Auth(OfficialCredentials("AKID", "base"), "sts", "eu-west-1")
    request = AWSRequest(asked.method, url + asked.path, headers={"X-Amz-Date": asked.headers["x-amz-date"]})
    request.context["timestamp"] = asked.headers["x-amz-date"]
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    auth._inject_signature_to_request(request, signature)
    return str(request.headers["Authorization"])


async def test_a_role_may_rest_on_what_the_environment_holds(world: World) -> None:
    config = f"[profile work]\nrole_arn={ROLE}\ncredential_source=EcsContainer\n"
    async with far_end(saying(GIVEN), from_sts("AssumeRole")) as end:
        variables = world(
            config,
            AWS_PROFILE="work",
            AWS_ENDPOINT_URL_STS=end.url,
            AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{end.url}/ecs",
        )
        found = await ours(variables)
    assert [one.path[:5] for one in end.asked] == ["/ecs", "/?Act"]
    assert end.asked[1].headers["x-amz-security-token"] == GIVEN["Token"]
    assert found.access_key == "ASIA"


async def test_roles_may_rest_on_roles_down_to_the_first_keys(world: World) -> None:
    chain = f"[profile a]\nrole_arn={ROLE}/a\nsource_profile=b\n[profile b]\nrole_arn={ROLE}/b\nsource_profile=b\n"
    keys = "[b]\naws_access_key_id=AKID\naws_secret_access_key=base\n"
    async with far_end(from_sts("AssumeRole")) as end:
        we, they = await both(world(chain, keys, AWS_PROFILE="a", AWS_ENDPOINT_URL_STS=end.url), end)
        assert [_form(one.path.removeprefix("/?"))["RoleArn"] for one in we] == [f"{ROLE}/a"]
        assert [_form(one.body)["RoleArn"] for one in they] == [f"{ROLE}/a"]
        end.asked.clear()
        chain = chain.replace("source_profile=b\n[", "source_profile=c\n[").replace("[profile b]", "[profile c]")
        we, they = await both(world(chain, keys, AWS_PROFILE="a", AWS_ENDPOINT_URL_STS=end.url), end)
    assert [_form(one.path.removeprefix("/?"))["RoleArn"] for one in we] == [f"{ROLE}/b", f"{ROLE}/a"]
    assert [_form(one.body)["RoleArn"] for one in they] == [f"{ROLE}/b", f"{ROLE}/a"]


async def test_a_role_may_rest_on_the_machine(world: World) -> None:
    config = f"[profile work]\nrole_arn={ROLE}\ncredential_source=Ec2InstanceMetadata\n"
    machine = (saying("a-token", "text/plain"), saying("reader", "text/plain"), saying(GIVEN))
    async with far_end(*machine, from_sts("AssumeRole")) as end:
        variables = world(
            config,
            AWS_PROFILE="work",
            AWS_ENDPOINT_URL_STS=end.url,
            AWS_EC2_METADATA_DISABLED="",
            AWS_EC2_METADATA_SERVICE_ENDPOINT=end.url,
        )
        assert (await ours(variables)).access_key == "ASIA"
    assert len(end.asked) == 4


async def test_profiles_that_lead_to_each_other_lead_nowhere(world: World) -> None:
    config = f"[profile a]\nrole_arn={ROLE}\nsource_profile=b\n[profile b]\nrole_arn={ROLE}\nsource_profile=a\n"
    assert source_of(world(config, AWS_PROFILE="a")) is None


LOGIN = "sso_account_id=123456789012\nsso_role_name=reader\n"
START = "https://tides.awsapps.com/start"
OLD_WAY = f"[default]\nsso_start_url={START}\nsso_region=eu-west-1\n{LOGIN}"
NEW_WAY = f"[default]\nsso_session=tides\n{LOGIN}[sso-session tides]\nsso_start_url={START}\nsso_region=eu-west-1\n"


@pytest.mark.parametrize(("config", "name"), [(OLD_WAY, START), (NEW_WAY, "tides")])
async def test_a_login_opens_the_role(world: World, tmp_path: Path, config: str, name: str) -> None:
    given = {
        "accessKeyId": "ASIA",
        "secretAccessKey": "se/cr+et",
        "sessionToken": "to/ken==",
        "expiration": int(SOON.timestamp() * 1000),
    }
    _log_in(tmp_path, name, STAMP)
    async with far_end(saying({"roleCredentials": given})) as end:
        variables = world(config, AWS_ENDPOINT_URL_SSO=end.url)
        we, they = await both(variables, end)
        assert (await ours(variables)).until == SOON.timestamp()
    assert we[0].headers["x-amz-sso_bearer_token"] == they[0].headers["x-amz-sso_bearer_token"] == "login"
    assert sorted(we[0].path.partition("?")[2].split("&")) == sorted(they[0].path.partition("?")[2].split("&"))


def _log_in(home: Path, session: str, until: str) -> None:
    cache = JSONFileCache(str(home / ".aws" / "sso" / "cache"))
    cache[sha1(session.encode()).hexdigest()] = {"accessToken": "login", "expiresAt": until, "startUrl": START}


@pytest.mark.parametrize("until", ["", "2020-01-01T00:00:00Z"])
async def test_a_login_that_is_over_says_what_to_run(world: World, tmp_path: Path, until: str) -> None:
    if until:
        _log_in(tmp_path, "tides", until)
    with pytest.raises(MissingKeyError, match="aws sso login"):
        await ours(world(NEW_WAY))
