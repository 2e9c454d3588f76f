"""What has to do with who people are: built once, as a part of ``Services``."""

from __future__ import annotations

from services.access_tokens import AccessTokens
from services.audit import Audit
from services.news import News
from services.rates import LIMITS, Rates
from services.sessions import Sessions, Visit
from services.settings import Settings
from services.tokens import MARK, ApiTokens
from services.vault import Vault


class Everybody:
    """Accounts, and what lets people in."""

    def __init__(self, settings: Settings, vault: Vault, news: News) -> None:
        self.audit = Audit()
        self.sessions = Sessions(news)
        self.access_tokens = AccessTokens(vault)
        self.tokens = ApiTokens(self.audit)
        self.rates = Rates({} if settings.alone else LIMITS, settings.redis_url)

    async def bearing(self, token: str) -> Visit:
        """Return who a program comes from that shows this token, of either kind."""
        return await (self.tokens if token.startswith(MARK) else self.access_tokens).find(token)
