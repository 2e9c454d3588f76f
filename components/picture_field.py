"""A small picture of somebody's own, or letters on a colour."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape

from nicegui import ui
from nicegui.events import UploadEventArguments

from components.marks import picture_html
from components.pieces import button, el, raw, text
from services.chats.conversations import Look
from services.people.pictures import LARGEST, kind_of

WHAT = "PNG, JPEG or WebP, up to 200 kB."
TRIGGER = (
    '<label class="o-btn small" :for="null"><span>Choose a picture</span><q-uploader-add-trigger aria-label="Picture"/>'
    "</label>"
)


class PictureField:
    """How somebody looks, and buttons to give them a picture or take it away; ``look`` says what there was."""

    def __init__(self, look: Callable[[], Look]) -> None:
        self._look = look
        self.data: bytes | None = None
        self.removed = False
        with el("div", "o-portrait"):
            self._face = raw("", "o-fixed")
            with el("div", "o-field"):
                with el("div", "o-r"):
                    self._upload = ui.upload(
                        auto_upload=True, max_file_size=LARGEST, on_upload=self._take, on_rejected=self._refuse
                    ).classes("o-upload")
                    self._upload.props("accept=image/png,image/jpeg,image/webp")
                    self._upload.add_slot("header", TRIGGER)
                    self._away = button("Remove picture", "small quiet", on=self._remove)
                self._note = text(WHAT, tag="small")
        self.show()

    def show(self) -> None:
        """Show how they look now."""
        look = self._look()
        kept = "" if self.removed else look.picture
        if self.data:
            address = f"data:{kind_of(self.data)};base64,{b64encode(self.data).decode()}"
            self._face.set_content(f'<img class="o-mark" src="{address}" alt="">')
        elif kept:
            self._face.set_content(picture_html(kept))
        else:
            self._face.set_content(
                f'<span class="o-mark h-{escape(look.hue)}" aria-hidden="true">{escape(look.letters)}</span>'
            )
        self._away.set_visibility(bool(self.data or kept))

    async def _take(self, event: UploadEventArguments) -> None:
        data = await event.file.read()
        self._upload.reset()
        if len(data) > LARGEST or not kind_of(data):
            self._refuse()
            return
        self.data, self.removed = data, False
        self._say(WHAT)
        self.show()

    def _refuse(self) -> None:
        self._say(f"That cannot be used. {WHAT}", bad=True)

    def _remove(self) -> None:
        self.data, self.removed = None, True
        self.show()

    def _say(self, words: str, *, bad: bool = False) -> None:
        self._note.set_text(words)
        self._note.classes(add="bad" if bad else "", remove="" if bad else "bad")
