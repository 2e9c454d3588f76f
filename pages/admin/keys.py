"""Administration: keys and endpoints that the server has for people, and for whom."""

from __future__ import annotations

from collections.abc import Sequence

from pages.admin.sharing import Sharing
from pages.endpoint import draw_endpoint
from pages.frame import Frame
from pages.places import Place
from pages.providers import ProvidersDesk


async def draw_keys(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the server's keys as a person's are shown, each with the groups it is for."""
    server = await frame.services.people.shares.server(frame.who)
    place = Place(
        who=server,
        address="/admin/providers",
        title="Shared keys",
        words="People use these keys without ever seeing them. A key that is shared with no group is for everybody.",
    )
    if rest:
        return await draw_endpoint(frame, rest, place)
    sharing = Sharing(frame)
    desk = ProvidersDesk(frame, place, sharing)
    await desk.refresh()
    frame.follow("room", desk.follow())
    return True
