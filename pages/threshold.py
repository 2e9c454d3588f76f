"""The way in: what every request passes before a page or a route sees it."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp

from pages.body_limit import BodyLimit
from pages.cross_origin import CrossOrigin
from pages.door import SOCKET, Door
from pages.live_pages import OwnUploads
from pages.proxies import Proxies
from pages.traffic import Traffic
from pages.visits import API, UPLOADS, Visits
from services.wiring import Services

LONGEST_MESSAGE: Final = 4_000_000  # bytes; the page counts signs, at most a million, and a sign may take three bytes
LARGEST_UPLOAD: Final = 1_000_000
BODIES: Final = {SOCKET: LONGEST_MESSAGE, UPLOADS[0]: LARGEST_UPLOAD, **dict.fromkeys(API, 1_000_000)}
SIGN_IN_BODY: Final = {"/api/auth/": 65_536}


def threshold(services: Services, app: ASGIApp) -> ASGIApp:
    """Return ``app`` behind all of it, the outermost first: who asks, the log, names and origins, size, whose visit."""
    settings = services.settings
    inner: ASGIApp = Visits(OwnUploads(app), services)
    inner = CrossOrigin(BodyLimit(inner, BODIES | SIGN_IN_BODY), settings.origins)
    return Proxies(Traffic(Door(inner, settings.hosts, settings.origins)), settings.proxies)
