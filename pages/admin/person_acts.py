"""Administration: what can be done with somebody's account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from components.check_list import choose_several
from components.consent import ask_consent
from components.fields import Field
from components.gate import plain_form
from components.link_once import show_link
from components.menu import Choice
from components.panel import panel
from components.person_face import ROLES
from components.pick import Pick
from components.pieces import attrs, button, el, text
from components.segmented import Segmented
from pages.frame import Frame
from services.people.account_rows import Account
from services.people.invitations import Made
from services.people.names import BadNameError
from services.people.person import Person, Role

GRANTED = (Role.USER, Role.ADMIN, Role.OWNER)


class PersonActs:
    """Dialogs and the deeds behind them; ``show`` draws the list anew when something was done."""

    def __init__(self, frame: Frame, show: Callable[[], Awaitable[None]]) -> None:
        self._frame = frame
        self._people = frame.services.people
        self._who = frame.who
        self._show = show

    def of(self, account: Account, groups: Collection[str]) -> list[Choice]:
        """Return what this admin may do with an account."""
        person = account.person
        choices = [Choice("group", "Groups", lambda: self._ask_groups(person, groups))]
        if person.uid == self._who.uid or not self._is_over(person):
            return choices
        if self._who.role is Role.OWNER:
            choices.append(Choice("admin_panel_settings", "Role", lambda: self._ask_role(person)))
        choices.append(Choice("download", "Download their data", lambda: self._ask_download(person)))
        choices.append(Choice("key", "Link for a new password", lambda: self._reset(person)))
        if account.second_factor:
            choices.append(Choice("lock", "Take off second factor", lambda: self._ask_take_off(person)))
        choices.append(Choice("logout", "Sign out everywhere", lambda: self._sign_out(person)))
        if account.suspended:
            choices.append(Choice("play_arrow", "Let in again", lambda: self._resume(person)))
        else:
            choices.append(Choice("block", "Suspend", lambda: self._ask_suspend(person), "bad"))
        return [*choices, Choice("delete", "Delete", lambda: self._ask_delete(person), "bad")]

    def _is_over(self, person: Person) -> bool:
        return person.role is Role.USER or self._who.role is Role.OWNER

    async def invite(self) -> None:
        """Ask for whom a link is, and show it once."""
        groups = {group.uid: group.name for group in await self._people.groups.all(self._who)}
        heading = "Invite somebody"
        with self._frame.client, panel(heading) as dialog:
            with el("div", "o-form"):
                text("You get a link that works once, for seven days. Nothing is mailed.", "o-2")
                mail = Field("Mail address", "So that you know whose link it is. It may stay empty.")
                attrs(mail.input, autofocus=True, maxlength=254)
                roles = GRANTED if self._who.role is Role.OWNER else GRANTED[:1]
                role = _role_choice(roles, Role.USER) if len(roles) > 1 else None
                group = Pick("Group", {"": "No group", **groups}, "", lambda: None) if groups else None

            async def make() -> None:
                chosen = Role(role.value) if role else Role.USER
                try:
                    made = await self._people.invitations.invite(
                        self._who, role=chosen, group=group.value if group else "", mail=mail.value
                    )
                except BadNameError as error:
                    mail.complain(str(error))
                    return
                dialog.close()
                await self._show_link("Invitation", "Whoever opens this link makes an account here.", made)

            with el("footer"):
                text("", "o-grow")
                button("Cancel", "quiet", on=dialog.close)
                button("Make the link", "main", on=make)

    async def withdraw(self, uid: str) -> None:
        """Make a link work no more."""
        await self._people.invitations.withdraw(self._who, uid)
        await self._done("The link works no more.")

    async def _show_link(self, heading: str, words: str, made: Made) -> None:
        with self._frame.client:
            show_link(heading, words, f"{self._frame.services.settings.address}{made.path}")
        await self._show()

    async def _reset(self, person: Person) -> None:
        made = await self._people.invitations.reset(self._who, person.uid)
        await self._show_link("New password", f"With this link {person.name} sets a new password, within a day.", made)

    def _ask_take_off(self, person: Person) -> None:
        async def take_off() -> None:
            await self._people.second_factor.take_off(self._who, person.uid, address=self._who.address)
            await self._done(f"{person.name} comes in by password alone now.")

        with self._frame.client:
            ask_consent(
                f"Take off the second factor of {person.name}?",
                "For whoever lost phone and recovery codes. Make sure that it is really they who ask.",
                "Take it off",
                take_off,
            )

    async def _sign_out(self, person: Person) -> None:
        await self._people.accounts.sign_out(self._who, person.uid)
        await self._done(f"{person.name} is signed out everywhere.")

    async def _resume(self, person: Person) -> None:
        await self._people.accounts.resume(self._who, person.uid)
        await self._done(f"{person.name} may come in again.")

    def _ask_suspend(self, person: Person) -> None:
        async def suspend() -> None:
            await self._people.accounts.suspend(self._who, person.uid)
            await self._done(f"{person.name} is suspended.")

        with self._frame.client:
            ask_consent(
                f"Suspend {person.name}?",
                "Their pages close at once, and their tokens end. Chats and keys are kept.",
                "Suspend",
                suspend,
                keep="Cancel",
            )

    def _ask_download(self, person: Person) -> None:
        heading = f"The data of {person.name}"
        with self._frame.client, panel(heading), el("div", "o-form"):
            text("A ZIP file of everything that is kept of them, without passwords and keys.", "o-2")
            with plain_form(f"/own-data/{person.uid}", "Download", {}):
                pass

    def _ask_delete(self, person: Person) -> None:
        async def delete() -> None:
            await self._people.accounts.delete(self._who, person.uid)
            await self._done(f"{person.name} is deleted.")

        with self._frame.client:
            ask_consent(
                f"Delete {person.name}?",
                "The account, its chats and its keys are gone for good; download their data first if somebody may need "
                "it. The audit log keeps the name.",
                "Delete",
                delete,
                keep="Cancel",
            )

    def _ask_role(self, person: Person) -> None:
        heading = f"Role of {person.name}"
        with self._frame.client, panel(heading) as dialog:
            with el("div", "o-form"):
                text("Admins change everything but roles. They have to sign in again after a change.", "o-2")
                role = _role_choice(GRANTED, person.role)

            async def save() -> None:
                dialog.close()
                await self._people.accounts.set_role(self._who, person.uid, Role(role.value))
                await self._done(f"{person.name} is {ROLES[Role(role.value)].lower()} now.")

            with el("footer"):
                text("", "o-grow")
                button("Save", "main", on=save)

    async def _ask_groups(self, person: Person, groups: Collection[str]) -> None:
        every = {group.uid: group.name for group in await self._people.groups.all(self._who)}

        async def place(uids: Collection[str]) -> None:
            await self._people.groups.place(self._who, person.uid, uids)
            await self._done(f"The groups of {person.name} are saved.")

        with self._frame.client:
            choose_several(
                f"Groups of {person.name}",
                "What any of them allows is allowed. Admins are bound by no group.",
                every,
                groups,
                place,
                nothing="There is no group yet. Make one under Groups.",
            )

    async def _done(self, words: str) -> None:
        self._frame.toasts.show(words)
        await self._show()


def _role_choice(roles: Collection[Role], role: Role) -> Segmented:
    with el("div", "o-field"):
        text("Role", "o-label")
        return Segmented("Role", {each: ROLES[each] for each in roles}, role, lambda: None)
