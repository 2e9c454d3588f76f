"""Credentials of the place a program runs in: a container, or a machine of EC2."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

from typing_extensions import override

from omnichat.aws_profile import Credentials
from omnichat.aws_source import MISSING, Source, issued, read_token
from omnichat.errors import AuthenticationError, MissingKeyError, ProviderError
from omnichat.signing import Post
from omnichat.wire_json import mapping

PLACES = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"}  # of ECS and EKS
SERVICE = "http://169.254.169.254"
TOKEN = "/latest/api/token"
ROLES = "/latest/meta-data/iam/security-credentials/"
LIFETIME = {"X-aws-ec2-metadata-token-ttl-seconds": "21600"}
PATIENCE = 3.0  # seconds that a place has to answer, which is only there inside Amazon's cloud
MAKER = "/sys/class/dmi/id/sys_vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(Source):
    """The service beside a container of ECS or EKS.

    See https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html.
    """

    url: str
    token: str = field(default="", repr=False)
    token_file: str = ""

    @override
    async def fetch(self, post: Post) -> Credentials:
        if not self._is_beside():
            raise AuthenticationError("AWS_CONTAINER_CREDENTIALS_FULL_URI leads away from this machine", provider="")
        token = self.token.strip()
        if self.token_file:
            name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
            token = await asyncio.to_thread(read_token, self.token_file, name)
        proof = {"Authorization": token} if token else {}
        answer = await post(self.url, {}, {"Accept": "application/json", **proof}, method="GET")
        return issued(mapping(answer), "the container's service")

    def _is_beside(self) -> bool:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        try:
            return parts.scheme == "https" or host in PLACES or ip_address(host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Source):
    """The metadata service of a machine of EC2, version 2.

    See https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html.
    """

    url: str = SERVICE

    @override
    async def fetch(self, post: Post) -> Credentials:
        try:
            async with asyncio.timeout(PATIENCE):
                token = await post(self.url + TOKEN, {}, LIFETIME, method="PUT")
                proof = {"X-aws-ec2-metadata-token": str(token).strip()}
                role = str(await post(self.url + ROLES, {}, proof, method="GET")).strip()
                answer = await post(self.url + ROLES + quote(role, safe=""), {}, proof, method="GET")
        except (ProviderError, TimeoutError) as error:
            raise MissingKeyError(MISSING) from error
        return issued(mapping(answer), "the machine")

    def is_amazons(self) -> bool:
        """Return whether this machine says that it is one of EC2."""
        try:
            return "Amazon EC2" in Path(MAKER).read_text("utf-8")
        except (OSError, ValueError):
            return False


def container_of(variables: Mapping[str, str]) -> Container | None:
    """Return the service beside a container, where the container was told of one."""
    relative = variables.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "").strip()
    full = variables.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "").strip()
    if not relative and not full:
        return None
    return Container(
        url=f"http://169.254.170.2{relative}" if relative else full,
        token=variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", ""),
        token_file=variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", ""),
    )


def machine_of(variables: Mapping[str, str]) -> Machine | None:
    """Return the metadata service of this machine, unless the environment forbids to ask it."""
    if variables.get("AWS_EC2_METADATA_DISABLED", "").strip().lower() == "true":
        return None
    return Machine(url=variables.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "").strip().rstrip("/") or SERVICE)
