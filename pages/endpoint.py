"""Settings: one endpoint of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from components.consent import ask_consent
from components.endpoint_form import EndpointForm
from components.pieces import attrs, el, icon, link, text
from pages.frame import Frame
from pages.places import Place
from services.chats.conversations import NotThereError
from services.models.endpoints import Draft, Endpoint, EndpointFormError
from services.models.trials import Trial

NEW = "new"


async def draw_endpoint(frame: Frame, rest: Sequence[str], place: Place) -> bool:
    """Show the form of the endpoint that the address names, or of a new one."""
    endpoint: Endpoint | None = None
    if list(rest) != [NEW]:
        try:
            endpoint = await frame.services.endpoints.get(place.who, "/".join(rest))
        except NotThereError:
            return False
    with el("div", "o-r"):
        with attrs(link("", place.address, "o-tool"), aria_label="Back to providers", title="Back to providers"):
            icon("arrow_back")
        text("Custom endpoint", "o-head", tag="h2")
    EndpointDesk(frame, place, endpoint)
    return True


class EndpointDesk:
    """Try what is typed, and keep it when it works or the person insists."""

    def __init__(self, frame: Frame, place: Place, endpoint: Endpoint | None) -> None:
        self._frame = frame
        self._who = place.who
        self._back = place.address
        self._endpoint = endpoint
        self._uid = endpoint.uid if endpoint else None
        self._tried: Draft | None = None
        self._trial: Trial | None = None
        self._form = EndpointForm(endpoint, save=self._save, test=self._test, remove=self._remove)

    async def _test(self) -> None:
        await self._guarded(keep=False)

    async def _save(self) -> None:
        await self._guarded(keep=True)

    async def _guarded(self, *, keep: bool) -> None:
        self._form.busy(True)
        try:
            draft = self._form.draft
            insists = keep and draft == self._tried
            trial = self._trial if insists else await self._try(draft)
            if trial and keep and (insists or trial.works):
                saved = await self._frame.services.endpoints.save(self._who, draft, self._uid)
                self._frame.services.trials.note(self._who.uid, saved.slug, trial)
                self._leave(f"“{saved.name}” is saved.")
        except EndpointFormError as error:
            self._form.complain(error)
        finally:
            self._form.busy(False)

    async def _try(self, draft: Draft) -> Trial:
        services = self._frame.services
        source = await services.endpoints.drafted(self._who, draft, self._uid)
        self._form.wait()
        trial = await services.trials.hold(source)
        self._tried, self._trial = draft, trial
        self._form.show(trial)
        return trial

    def _remove(self) -> None:
        if endpoint := self._endpoint:
            with self._frame.client:
                ask_consent(
                    "Delete this endpoint?",
                    f"“{endpoint.name}” and its key are forgotten. Lanes that use it keep their answers.",
                    "Delete",
                    self._delete,
                )

    async def _delete(self) -> None:
        if self._uid:
            await self._frame.services.endpoints.delete(self._who, self._uid)
        self._leave("The endpoint is deleted.")

    def _leave(self, words: str) -> None:
        self._frame.toasts.show(words)
        with self._frame.client:
            ui.navigate.to(self._back)
