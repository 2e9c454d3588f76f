"""What has to do with who people are: built once, as a part of ``Services``."""

from __future__ import annotations

from services.audit import Audit
from services.groups import Groups
from services.house import House
from services.news import News
from services.sessions import Sessions
from services.shares import Shares


class Everybody:
    """Accounts, and what lets people in."""

    def __init__(self, news: News) -> None:
        self.audit = Audit()
        self.house = House(self.audit, news)
        self.groups = Groups(self.house, self.audit, news)
        self.shares = Shares(self.audit, news)
        self.sessions = Sessions(news)
