"""Asking another place who somebody is: OpenID Connect, and GitHub's own way.

Specifications: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer);
GitHub: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from typing_extensions import override

from omnichat.errors import OmniChatError
from omnichat.guard import OpenNetworks
from omnichat.transport import Transport
from services.people.issuers import GITHUB, Issuer

SIGNED_BY: Final = ("RS256", "ES256", "PS256", "EdDSA", "RS384", "RS512", "ES384", "ES512", "PS384", "PS512")
FRESH: Final = 3600.0  # seconds that what an issuer says of itself is kept
LEEWAY: Final = 60  # seconds that clocks may differ
JSON: Final = {"Accept": "application/json"}
API: Final = "https://api.github.com"


class NotVouchedError(Exception):
    """The other place did not say, or not so that it can be believed, who somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is elsewhere; ``subject`` never changes there, everything else may."""

    issuer: str
    subject: str
    mail: str
    mail_verified: bool
    name: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What has to be the same when the answer comes back."""

    state: str
    nonce: str
    verifier: str
    back: str


class Voucher(ABC):
    """One issuer, reached behind the guard against calls into private networks."""

    def __init__(self, issuer: Issuer, networks: OpenNetworks) -> None:
        self.issuer = issuer
        self._transport = Transport(open_networks=issuer.opened(networks))

    @abstractmethod
    async def location(self, question: Question) -> str:
        """Return where to send a browser; raise ``NotVouchedError``."""

    @abstractmethod
    async def identity(self, question: Question, answer: Mapping[str, str]) -> Identity:
        """Return whom the answer that came back, with its ``code``, is about; raise ``NotVouchedError``."""

    async def close(self) -> None:
        """Hang up."""
        await self._transport.close()

    def _asking(self, endpoint: str, question: Question, scope: str, **more: str) -> str:
        challenge = create_s256_code_challenge(question.verifier)
        uri = prepare_grant_uri(
            endpoint,
            client_id=self.issuer.client_id,
            response_type="code",
            redirect_uri=question.back,
            scope=scope,
            state=question.state,
            code_challenge=challenge,
            code_challenge_method="S256",
            **more,
        )
        return str(uri)

    async def _token(self, endpoint: str, question: Question, code: str, *, posted: bool) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.back,
            "code_verifier": question.verifier,
        }
        headers, secret = dict(JSON), self.issuer.client_secret
        if secret and not posted:
            pair = f"{quote(self.issuer.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.issuer.client_id} | ({"client_secret": secret} if secret else {})
        return _mapping(await self._call(endpoint, form, headers))

    async def _call(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        try:
            return await self._transport.post(url, form, headers, method="POST" if form else "GET", guarded=True)
        except OmniChatError as error:
            raise NotVouchedError(f"{self.issuer.title} could not be asked: {type(error).__name__}") from error


class OpenIdVoucher(Voucher):
    """An issuer of OpenID Connect, which tells by discovery where its endpoints are."""

    def __init__(self, issuer: Issuer, networks: OpenNetworks) -> None:
        super().__init__(issuer, networks)
        self._told: Mapping[str, Any] = {}
        self._told_at = 0.0

    @override
    async def location(self, question: Question) -> str:
        told = await self._discovered()
        return self._asking(
            _text(told, "authorization_endpoint"), question, "openid email profile", nonce=question.nonce
        )

    @override
    async def identity(self, question: Question, answer: Mapping[str, str]) -> Identity:
        told = await self._discovered()
        if answer.get("iss", told["issuer"]) != told["issuer"]:
            raise NotVouchedError("The answer comes from another issuer.")
        methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        posted = "client_secret_basic" not in methods
        token = await self._token(_text(told, "token_endpoint"), question, answer.get("code", ""), posted=posted)
        claims = await self._claims(told, token, question.nonce)
        if not claims.get("email") and (endpoint := told.get("userinfo_endpoint")):
            claims |= await self._more(str(endpoint), _text(token, "access_token"), claims["sub"])
        return Identity(
            issuer=_text(told, "issuer"),
            subject=_text(claims, "sub"),
            mail=str(claims.get("email") or ""),
            mail_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or ""),
            handle=str(claims.get("preferred_username") or ""),
        )

    async def _discovered(self) -> Mapping[str, Any]:
        if not self._told or time.monotonic() - self._told_at > FRESH:
            told = _mapping(await self._call(f"{self.issuer.address}/.well-known/openid-configuration", {}, JSON))
            if _text(told, "issuer").rstrip("/") != self.issuer.address:
                raise NotVouchedError(f"{self.issuer.title} calls itself something else than OMNICHAT_OIDC says.")
            self._told, self._told_at = told, time.monotonic()
        return self._told

    async def _claims(self, told: Mapping[str, Any], token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        keys = _mapping(await self._call(_text(told, "jwks_uri"), {}, JSON))
        offered = told.get("id_token_signing_alg_values_supported") or ["RS256"]
        registry = JWSRegistry(algorithms=[each for each in SIGNED_BY if each in offered], strict_check_header=False)
        try:
            read = jwt.decode(
                _text(token, "id_token"), KeySet.import_key_set({"keys": list(keys["keys"])}), registry=registry
            )
            options = {
                "iss": {"essential": True, "value": told["issuer"]},
                "aud": {"essential": True, "value": self.issuer.client_id},
            }
            params = {"nonce": nonce, "client_id": self.issuer.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotVouchedError(f"What {self.issuer.title} says cannot be believed: {error}") from error
        return dict(claims)

    async def _more(self, endpoint: str, access_token: str, subject: str) -> Mapping[str, Any]:
        """Return what the issuer adds on request; it must be about the same person."""
        found = _mapping(await self._call(endpoint, {}, {**JSON, "Authorization": f"Bearer {access_token}"}))
        if found.get("sub") != subject:
            raise NotVouchedError("The answer is about somebody else.")
        return found


class GitHubVoucher(Voucher):
    """GitHub, whose OAuth is older than OpenID Connect: people are told by number, addresses by a call of their own."""

    def __init__(self, issuer: Issuer, networks: OpenNetworks, *, api: str = API) -> None:
        super().__init__(issuer, networks)
        self._api = api

    @override
    async def location(self, question: Question) -> str:
        return self._asking(f"{self.issuer.address}/login/oauth/authorize", question, "read:user user:email")

    @override
    async def identity(self, question: Question, answer: Mapping[str, str]) -> Identity:
        endpoint = f"{self.issuer.address}/login/oauth/access_token"
        token = await self._token(endpoint, question, answer.get("code", ""), posted=True)
        headers = {"Accept": "application/vnd.github+json", "Authorization": f"Bearer {_text(token, 'access_token')}"}
        person = _mapping(await self._call(f"{self._api}/user", {}, headers))
        mails = await self._call(f"{self._api}/user/emails", {}, headers)
        if not isinstance(person.get("id"), int):
            raise NotVouchedError("GitHub does not say who that is.")
        first = (
            [each for each in mails if isinstance(each, dict) and each.get("primary")]
            if isinstance(mails, list)
            else []
        )
        mail = first[0] if first else {}
        return Identity(
            issuer=GITHUB,
            subject=str(person["id"]),
            mail=str(mail.get("email") or ""),
            mail_verified=mail.get("verified") is True,
            name=str(person.get("name") or ""),
            handle=str(person.get("login") or ""),
        )


def voucher_for(issuer: Issuer, networks: OpenNetworks) -> Voucher:
    """Return how ``issuer`` is asked."""
    kind = GitHubVoucher if issuer.address == GITHUB else OpenIdVoucher
    return kind(issuer, networks)


def _mapping(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise NotVouchedError("The answer is no JSON object.")
    return answer


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise NotVouchedError(f"The answer lacks {name}.")
    return value
