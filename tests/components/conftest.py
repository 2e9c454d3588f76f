import asyncio
from collections.abc import AsyncIterator

import pytest
from nicegui import Client, core
from nicegui.page import page


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A page nobody looks at; build on it inside ``with client:``."""
    core.loop = asyncio.get_running_loop()
    made = Client(page("/"), request=None)
    yield made
    if not made.is_deleted:
        made.delete()
