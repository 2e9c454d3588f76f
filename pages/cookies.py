"""The cookies that pages are asked for with: who somebody is, and what they had typed when something went wrong."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

from fastapi import Request, Response

from pages.visits import COOKIE, SECURE_COOKIE, secret_in
from services.settings import Settings

KEPT: Final = 180 * 24 * 3600  # seconds; the session itself says when it is over
TYPED: Final = "omnichat_typed"
SOON: Final = 120  # seconds
AWAY: Final = "omnichat_away"
AWAY_FOR: Final = 600  # seconds
LONGEST: Final = 300  # characters of one field


class Cookies:
    """None of them can be read by scripts, or comes along with another site's forms."""

    def __init__(self, settings: Settings) -> None:
        self._tls = settings.url.startswith("https://")

    def enter(self, response: Response, request: Request, secret: str) -> None:
        """Let the browser show the session of ``secret`` from now on."""
        tls = self._is_secure(request)
        name = SECURE_COOKIE if tls else COOKIE
        response.set_cookie(name, secret, max_age=KEPT, httponly=True, samesite="lax", path="/", secure=tls)
        response.delete_cookie(TYPED)

    def leave(self, response: Response) -> None:
        """Take the session from the browser."""
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        response.delete_cookie(SECURE_COOKIE, path="/", httponly=True, samesite="lax", secure=True)

    def remember(self, response: Response, request: Request, typed: Mapping[str, str]) -> None:
        """Keep what was typed, which must not be secret, for the form that is shown again."""
        short = {name: value[:LONGEST] for name, value in typed.items()}
        packed = urlsafe_b64encode(json.dumps(short).encode()).decode()
        secure = self._is_secure(request)
        response.set_cookie(TYPED, packed, max_age=SOON, httponly=True, samesite="lax", path="/", secure=secure)

    def depart(self, response: Response, request: Request, secret: str) -> None:
        """Let the browser show that it began what comes back from another place."""
        secure = self._is_secure(request)
        response.set_cookie(
            AWAY, secret, max_age=AWAY_FOR, httponly=True, samesite="lax", path="/auth/back", secure=secure
        )

    def secret(self, request: Request) -> str:
        """Return the secret that a request shows, or nothing."""
        return secret_in(request.headers.get("cookie", ""), tls=self._is_secure(request))

    def _is_secure(self, request: Request) -> bool:
        return self._tls or request.url.scheme == "https"


def typed_before(request: Request) -> dict[str, str]:
    """Return what was typed before something went wrong; a browser may send anything."""
    try:
        found = json.loads(urlsafe_b64decode(request.cookies.get(TYPED, "")))
    except (ValueError, RecursionError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: value[:LONGEST] for name, value in pairs if isinstance(value, str)}
