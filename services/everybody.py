"""What has to do with who people are: built once, as a part of ``Services``."""

from __future__ import annotations

from services.audit import Audit
from services.news import News
from services.sessions import Sessions


class Everybody:
    """Accounts, and what lets people in."""

    def __init__(self, news: News) -> None:
        self.audit = Audit()
        self.sessions = Sessions(news)
