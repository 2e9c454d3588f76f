"""Settings: the codes that are asked for after the password."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from components.copying import copy_tool
from components.deed import Deed
from components.fields import Field
from components.pieces import attrs, button, el, note, raw, text
from services.people.brakes import SlowDownError
from services.people.person import Person
from services.people.second_factor import Proposal, SecondFactor, WrongCodeError

OFF = "A stolen password alone lets nobody in, once a code from your phone is asked for too."
SPARE = "Keep these where your phone is not. Each lets you in once. They are shown only now."


class SecondFactorCard:
    """Whether codes are asked for, and turning that on and off."""

    def __init__(self, factor: SecondFactor, who: Person) -> None:
        self._factor = factor
        self._who = who
        self._address = ui.context.client.ip or ""
        self._box = el("div", "o-card pad o-c")

    async def draw(self) -> None:
        """Show how it stands."""
        on = await self._factor.is_on(self._who)
        self._box.clear()
        with self._box:
            with el("div", "o-r"):
                text("Second factor", "o-title o-grow", tag="h3")
                text("On" if on else "Off", f"o-pill {'ok' if on else ''}", tag="span")
            if on:
                await self._draw_on()
            else:
                text(OFF, "o-2")
                with el("div", "o-r"):
                    button("Turn on", "main", on=self._propose)

    async def _draw_on(self) -> None:
        left = await self._factor.spare_left(self._who)
        words = f"{left} recovery code{'' if left == 1 else 's'} left."
        if left < 3:
            note(f"{words} Make new ones.", "warning", "warn")
        else:
            text(words, "o-2")
        with el("div", "o-r"):
            button("New recovery codes", on=self._ask_for_renewal)
            button("Turn off", "bad", on=self._ask_to_turn_off)

    def _propose(self) -> None:
        proposal = self._factor.propose(self._who)
        self._box.clear()
        with self._box:
            text("Second factor", "o-title", tag="h3")
            text("Scan this with an authenticator app, then type the six digits it shows.", "o-2")
            attrs(raw(proposal.drawing, "o-qr"), role="img", aria_label="QR code with the secret below")
            with el("div", "o-r"):
                text(_spaced(proposal.secret), "o-mono o-well")
                copy_tool("Copy the secret", lambda: proposal.secret)
            field = Field("Code")
            attrs(field.input, autocomplete="one-time-code", inputmode="numeric", maxlength=7)
            field.input.on("keydown.enter", lambda: self._turn_on(proposal, field))
            with el("div", "o-r"):
                button("Turn on", "main", on=lambda: self._turn_on(proposal, field))
                button("Cancel", "quiet", on=self.draw)
        field.focus()

    async def _turn_on(self, proposal: Proposal, field: Field) -> None:
        try:
            spare = await self._factor.turn_on(self._who, proposal.secret, field.value, address=self._address)
        except (WrongCodeError, SlowDownError) as error:
            field.complain(str(error))
            field.focus()
            return
        self._show_spare(spare)

    def _show_spare(self, spare: Sequence[str]) -> None:
        self._box.clear()
        with self._box:
            with el("div", "o-r"):
                text("Recovery codes", "o-title o-grow", tag="h3")
                copy_tool("Copy the codes", lambda: "\n".join(spare))
            text(SPARE, "o-2")
            with el("ol", "o-codes o-mono"):
                for code in spare:
                    text(code, tag="li")
            with el("div", "o-r"):
                button("I have them", "main", on=self.draw)

    def _ask_for_renewal(self) -> None:
        async def renew(code: str) -> None:
            self._show_spare(await self._factor.renew_spare(self._who, code, address=self._address))

        Deed("New recovery codes", "The old ones stop working.", "Code from your app", renew, verb="Make new ones")

    def _ask_to_turn_off(self) -> None:
        async def turn_off(code: str) -> None:
            await self._factor.turn_off(self._who, code, address=self._address)
            await self.draw()

        words = "From then on your password alone lets you in."
        Deed("Turn the second factor off", words, "Code from your app, or a recovery code", turn_off, verb="Turn off")


def _spaced(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
