"""Settings: who somebody is here."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from nicegui import ui

from components.fields import Field
from components.local_time import keep_zone
from components.monograms import letters
from components.picture_field import PictureField
from components.pieces import attrs, button, el, link, text
from components.segmented import Segmented
from pages.frame import Frame
from services.chats.conversations import Look
from services.people.account_rows import Account, TakenError
from services.people.names import LONGEST_HANDLE, LONGEST_MAIL, LONGEST_NAME, BadNameError
from services.people.pictures import NoPictureError

LANGUAGES = {"": "As the browser", "en": "English"}
LOCAL = "As in Europe/Berlin. Left empty, it is the server's."


async def draw_profile(frame: Frame, rest: Sequence[str]) -> bool:
    """Let somebody say who they are."""
    if rest:
        return False
    account = await frame.services.people.accounts.named(frame.who, frame.who.uid)
    text("Profile", "o-head", tag="h2")
    _Profile(frame, account)
    return True


class _Profile:
    def __init__(self, frame: Frame, account: Account) -> None:
        self._frame = frame
        self._account = account
        person = account.person
        with el("div", "o-card pad o-c o-wide-gap"):
            self._portrait = PictureField(
                lambda: Look(letters=letters(person.name).upper(), hue="", picture=person.picture)
            )
            with el("div", "o-two"):
                self._name = Field("Name", "How others see you.", value=person.name)
                self._handle = Field("User name", "For signing in.", value=person.handle)
                self._mail = Field("Mail", self._mail_words(), value=account.mail)
                self._zone = Field("Time zone", LOCAL, value=account.time_zone, placeholder="Europe/Berlin")
            for field, longest, known_as in (
                (self._name, LONGEST_NAME, "name"),
                (self._handle, LONGEST_HANDLE, "username"),
                (self._mail, LONGEST_MAIL, "email"),
                (self._zone, 60, "off"),
            ):
                attrs(field.input, maxlength=longest, autocomplete=known_as)
                field.input.on_value_change(lambda field=field: field.complain(""))
            with el("div", "o-field"):
                text("Language", "o-label")
                self._language = Segmented("Language", LANGUAGES, account.language, lambda: None)
            with el("div", "o-r o-wrap"):
                button("Save", "main", on=self._save)
                link("Theme", "/settings/appearance", "o-btn quiet")
                link("Default models and parameters", "/settings/parameters", "o-btn quiet")

    def _mail_words(self) -> str:
        if not self._account.mail:
            return "Not needed."
        return "Verified." if self._account.mail_verified else "Not verified."

    async def _save(self) -> None:
        zone = self._zone.value
        if zone and zone not in available_timezones():
            self._zone.complain("No time zone is called that.")
            self._zone.focus()
            return
        accounts, who = self._frame.services.people.accounts, self._frame.who
        try:
            await accounts.describe(
                who,
                name=self._name.value,
                handle=self._handle.value,
                mail=self._mail.value,
                language=self._language.value,
                time_zone=zone,
            )
            keep_zone(self._frame.client, zone)
            await self._wear_picture()
        except BadNameError as error:
            field = self._mail if error.field == "mail" else self._handle
            field.complain(str(error))
            field.focus()
        except (TakenError, NoPictureError) as error:
            self._frame.toasts.show(str(error))
        else:
            ui.navigate.reload()

    async def _wear_picture(self) -> None:
        services, who = self._frame.services, self._frame.who
        if self._portrait.data:
            digest = await services.personas.pictures.keep(who, self._portrait.data)
            await services.people.accounts.wear(who, digest)
        elif self._portrait.removed:
            await services.people.accounts.wear(who, "")
