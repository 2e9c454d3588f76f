"""Where Amazon's credentials come from: what Amazon's own library finds, we find, by the same questions."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.aws_profile import Credentials
from omnichat.aws_signing import AwsSigner
from omnichat.aws_source import Keys, Source
from omnichat.aws_sources import is_set_up, source_of
from omnichat.errors import AuthenticationError, MissingKeyError, OmniChatError, TimedOutError
from omnichat.signing import Outgoing
from tests.omnichat.aws_world import GIVEN, PRINTED, SOON, World, both, ours, saying, told, world
from tests.omnichat.far_end import far_end

__all__ = ["world"]
LOGIN = "[default]\nsso_start_url=x\nsso_region=eu-west-1\nsso_account_id=1\nsso_role_name=reader\n"


async def test_a_container_asks_the_service_beside_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("Bearer pod")
    async with far_end(saying(GIVEN)) as end:
        variables = world(
            AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{end.url}/v1/credentials",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"),
        )
        we, they = await both(variables, end)
    assert told(we, "authorization", "accept") == told(they, "authorization", "accept")
    assert we[0].headers["authorization"] == "Bearer pod"


async def test_a_token_of_the_environment_goes_along_too(world: World) -> None:
    async with far_end(saying(GIVEN)) as end:
        variables = world(AWS_CONTAINER_CREDENTIALS_FULL_URI=end.url, AWS_CONTAINER_AUTHORIZATION_TOKEN="plain")
        we, they = await both(variables, end)
    assert told(we, "authorization") == told(they, "authorization")


def test_ecs_has_its_service_at_a_fixed_place(world: World) -> None:
    variables = world(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v2/credentials/1")
    assert "url='http://169.254.170.2/v2/credentials/1'" in repr(source_of(variables))


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/", "ftp://x", "nonsense"])
async def test_a_container_tells_its_token_to_nobody_else(world: World, url: str) -> None:
    with pytest.raises(AuthenticationError, match="leads away"):
        await ours(world(AWS_CONTAINER_CREDENTIALS_FULL_URI=url))


@pytest.mark.parametrize("text", [None, "", "two\nlines", "h\u00e9"])
async def test_a_token_that_cannot_be_sent_is_a_missing_key(world: World, tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "token").write_text(text)
    file = str(tmp_path / "token")
    with pytest.raises(MissingKeyError, match="TOKEN_FILE"):
        await ours(
            world(AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:1", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=file)
        )


def _program(tmp_path: Path, prints: str, ends: int = 0) -> str:
    script = tmp_path / "a program.py"
    script.write_text(f"print({prints!r})\nraise SystemExit({ends})\n")
    return shlex.join([sys.executable, str(script)])


async def test_a_program_may_print_credentials(world: World, tmp_path: Path) -> None:
    config = f"[default]\ncredential_process = {_program(tmp_path, json.dumps(PRINTED))}\n"
    variables = world(config + "aws_access_key_id=OLD\naws_secret_access_key=old\n")
    await both(variables)
    assert (await ours(variables)).until == SOON.timestamp()
    forever = {name: value for name, value in PRINTED.items() if name != "Expiration"}
    config = f"[default]\ncredential_process = {_program(tmp_path, json.dumps(forever))}\n"
    assert (await ours(world(config))).until > 2**40


@pytest.mark.parametrize(
    ("prints", "ends"), [("", 0), ("{}", 0), ('{"Version": 2}', 0), ('{"Version": 1}', 0), (json.dumps(PRINTED), 1)]
)
async def test_a_program_that_fails_says_nothing_of_its_secrets(
    world: World, tmp_path: Path, prints: str, ends: int
) -> None:
    with pytest.raises(AuthenticationError) as caught:
        await ours(world(f"[default]\ncredential_process = {_program(tmp_path, prints, ends)} --password pass\n"))
    assert "se/cr+et" not in str(caught.value) + repr(caught.value.__context__)
    assert "pass" not in str(caught.value)


@pytest.mark.parametrize("command", ["/nonexistent/program", "'half a quote"])
async def test_a_program_that_is_not_there_is_a_missing_key(world: World, command: str) -> None:
    with pytest.raises(MissingKeyError, match="credential_process"):
        await ours(world(f"[default]\ncredential_process = {command}\n"))


async def test_a_program_ends_with_whoever_waits_for_it(world: World, tmp_path: Path) -> None:
    ready, script = tmp_path / "ready", tmp_path / "slow.py"
    os.mkfifo(ready)
    script.write_text(f"import os, time\nopen({str(ready)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n")
    variables = world(f"[default]\ncredential_process = {sys.executable} {script}\n")
    waiting = asyncio.create_task(ours(variables))
    number = int(await asyncio.to_thread(ready.read_text))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


async def test_a_program_that_never_ends_is_given_up(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omnichat.aws_source.PATIENCE", 0.01)
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(600)\n")
    with pytest.raises(TimedOutError, match="did not end"):
        await ours(world(f"[default]\ncredential_process = {sys.executable} {tmp_path / 'slow.py'}\n"))


async def test_a_machine_of_ec2_vouches_for_its_programs(world: World) -> None:
    says = (saying("a-token", "text/plain"), saying("reader", "text/plain"), saying(GIVEN, "text/plain"))
    async with far_end(*says, *says) as end:
        variables = world(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=end.url)
        we, they = await both(variables, end)
    names = ("x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds")
    assert told(we, *names) == told(they, *names)
    assert we[2].path == "/latest/meta-data/iam/security-credentials/reader"


async def test_a_machine_that_knows_no_role_is_a_missing_key(world: World) -> None:
    async with far_end(saying("a-token", "text/plain"), saying("", "text/plain", 404)) as end:
        variables = world(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=end.url)
        with pytest.raises(MissingKeyError, match="AWS_PROFILE"):
            await ours(variables)


async def test_what_comes_first_wins_as_it_does_at_amazons(world: World, tmp_path: Path) -> None:
    beside = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1"}
    config = f"[default]\ncredential_process = {_program(tmp_path, json.dumps(PRINTED))}\n"
    secrets = "[default]\naws_access_key_id=FILE\naws_secret_access_key=file\n"
    await both(world(config, secrets, **beside))
    await both(world(secrets.replace("FILE", "CONFIG"), "", **beside))
    await both(world(config, "", **beside))
    await both(world(config, secrets, AWS_ACCESS_KEY_ID="ENV", AWS_SECRET_ACCESS_KEY="env", **beside))


async def test_whatever_a_service_says_only_our_errors_come_out(world: World) -> None:
    answers: list[Any] = [[], {}, "x", {**GIVEN, "Token": "a\nb"}, {**GIVEN, "SecretAccessKey": 7}, 3]
    for answer in answers:
        async with far_end(saying(answer)) as end:
            with pytest.raises(OmniChatError, match="gave no credentials"):
                await ours(world(AWS_CONTAINER_CREDENTIALS_FULL_URI=end.url))


def test_secrets_are_shown_nowhere(world: World) -> None:
    sources: list[Source | None] = [
        Keys(Credentials(access_key="A", secret="hidden", token="hidden")),
        source_of(world(AWS_CONTAINER_CREDENTIALS_FULL_URI="x", AWS_CONTAINER_AUTHORIZATION_TOKEN="hidden")),
        source_of(world("[default]\ncredential_process=p hidden\n", AWS_CONTAINER_CREDENTIALS_FULL_URI="")),
    ]
    assert all(sources)
    assert "hidden" not in repr(sources)


def test_what_is_set_up_is_within_reach(world: World) -> None:
    assert not is_set_up(world())
    assert is_set_up(world(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/x"))
    assert is_set_up(world(LOGIN, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=""))


@pytest.mark.parametrize(("maker", "region", "within"), [("Amazon EC2\n", "x", True), ("Amazon EC2\n", "", False)])
def test_a_machine_counts_where_amazon_made_it_and_a_region_is_named(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    maker: str,
    region: str,
    within: bool,
) -> None:
    (tmp_path / "maker").write_text(maker)
    monkeypatch.setattr("omnichat.aws_machine.MAKER", str(tmp_path / "maker"))
    variables = world(AWS_EC2_METADATA_DISABLED="", AWS_REGION=region)
    assert is_set_up(variables) is within
    monkeypatch.setattr("omnichat.aws_machine.MAKER", str(tmp_path / "nothing"))
    assert not is_set_up(variables)


async def test_a_client_signs_with_what_the_container_gave_it(world: World) -> None:
    done = saying({"output": {"message": {"content": [{"text": "Yes"}]}}, "stopReason": "end_turn"})
    async with far_end(saying(GIVEN), done) as end:
        world(AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{end.url}/ecs")
        async with AsyncClient(base_urls={"bedrock": end.url}) as client:
            for _ in range(2):
                answer = await client.chat.completions.create(
                    model="bedrock/m", messages=[{"role": "user", "content": "Hi"}]
                )
    assert answer.choices[0].message.content == "Yes"
    assert [one.path for one in end.asked] == ["/ecs", "/model/m/converse-stream", "/model/m/converse-stream"]
    assert "Credential=ASIA/" in end.asked[1].headers["authorization"]
    assert end.asked[1].headers["x-amz-security-token"] == GIVEN["Token"]


async def test_a_key_of_bedrocks_own_asks_no_service(world: World) -> None:
    done = saying({"output": {"message": {"content": [{"text": "Yes"}]}}, "stopReason": "end_turn"})
    async with far_end(done) as end:
        world(AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{end.url}/ecs", AWS_BEARER_TOKEN_BEDROCK="ABSKown")
        async with AsyncClient(base_urls={"bedrock": end.url}) as client:
            await client.chat.completions.create(model="bedrock/m", messages=[{"role": "user", "content": "Hi"}])
    assert [one.headers["authorization"] for one in end.asked] == ["Bearer ABSKown"]


class Service:
    """A container's service that notes how often it is asked, and answers when it may."""

    def __init__(self, *until: str) -> None:
        self.until = list(until)
        self.asked = 0
        self.busy, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def __call__(self, *_: object, **__: object) -> Any:
        self.asked += 1
        self.busy.set()
        await self.open.wait()
        return {**GIVEN, "AccessKeyId": f"ASIA{self.asked}", "Expiration": self.until[min(self.asked, 2) - 1]}


REQUEST = Outgoing(method="POST", url="http://localhost/model/m/converse", headers={}, body=b"{}")
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def signer(world: World, now: list[datetime]) -> AwsSigner:
    return AwsSigner(world(AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:1"), lambda: now[0])


def key_in(headers: Mapping[str, str]) -> str:
    return headers["Authorization"].partition("Credential=")[2].partition("/")[0]


async def test_credentials_are_kept_until_two_minutes_before_they_expire(world: World) -> None:
    now, service = [NOW], Service("2026-11-21T05:10:00Z", "2026-11-21T06:00:00Z")
    one, seen = signer(world, now), []
    for minutes, seconds in ((0, 0), (7, 59), (8, 1), (30, 0)):
        now[0] = NOW + timedelta(minutes=minutes, seconds=seconds)
        seen.append(key_in(await one.sign(REQUEST, None, service)))
    assert seen == ["ASIA1", "ASIA1", "ASIA2", "ASIA2"]


async def test_one_question_is_enough_for_all_who_wait(world: World) -> None:
    service, one = Service("2026-11-21T06:00:00Z"), signer(world, [NOW])
    service.open.clear()
    waiting = [asyncio.create_task(one.sign(REQUEST, None, service)) for _ in range(5)]
    await service.busy.wait()
    service.open.set()
    assert {key_in(headers) for headers in await asyncio.gather(*waiting)} == {"ASIA1"}
    assert service.asked == 1


async def test_whoever_waits_goes_on_where_the_first_was_called_off(world: World) -> None:
    service, one = Service("2026-11-21T06:00:00Z", "2026-11-21T06:00:00Z"), signer(world, [NOW])
    service.open.clear()
    first = asyncio.create_task(one.sign(REQUEST, None, service))
    await service.busy.wait()
    second = asyncio.create_task(one.sign(REQUEST, None, service))
    first.cancel()
    service.open.set()
    assert key_in(await second) == "ASIA2"
