"""Settings: the tokens of one's own programs."""

from __future__ import annotations

from collections.abc import Sequence

from components.consent import ask_consent
from components.pieces import el, note, text
from components.token_form import TokenForm, made_token
from components.token_list import token_list
from pages.frame import Frame
from services.chats.conversations import NotThereError
from services.people.rules import Feature
from services.people.tokens import ApiToken, TokenFormError

HEADER = "Authorization: Bearer oc_…"
NONE = "Your group has no tokens for programs. Ask an admin for them."


async def draw_tokens(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the tokens there are, and the form for another."""
    if rest:
        return False
    access = await frame.services.people.groups.rules_of(frame.who)
    await _Tokens(frame, allowed=access.has(Feature.TOKENS)).draw()
    return True


class _Tokens:
    def __init__(self, frame: Frame, *, allowed: bool) -> None:
        self._frame = frame
        self._allowed = allowed
        self._tokens = frame.services.people.tokens
        text("API tokens", "o-head", tag="h2")
        text(f"For programs of yours. They send one as {HEADER}, to addresses below /api.", "o-small o-3")
        self._new = el("div")
        self._new.set_visibility(False)
        self._box = el("div")
        if allowed:
            self._form = TokenForm(self._make)
        else:
            note(NONE, "key")

    async def draw(self) -> None:
        """Show them as they are now; where a group has none, those that were made before can only be revoked."""
        found = await self._tokens.of(self._frame.who)
        self._box.clear()
        self._box.set_visibility(self._allowed or bool(found))
        with self._box:
            token_list(found, self._ask)

    async def _make(self) -> None:
        form = self._form
        try:
            made = await self._tokens.make(
                self._frame.who, form.name, form.scopes, days=form.days, address=self._frame.client.ip
            )
        except TokenFormError as error:
            form.complain(str(error))
            return
        form.complain("")
        form.clear()
        self._new.clear()
        self._new.set_visibility(True)
        with self._new:
            made_token(made)
        await self.draw()

    def _ask(self, token: ApiToken) -> None:
        with self._frame.client:
            ask_consent(
                "Revoke this token?",
                f"“{token.name}” lets nothing in any more, at once. A program that uses it needs another one.",
                "Revoke",
                lambda: self._revoke(token),
            )

    async def _revoke(self, token: ApiToken) -> None:
        try:
            await self._tokens.revoke(self._frame.who, token.uid, address=self._frame.client.ip)
        except NotThereError:
            self._frame.toasts.show("That token was revoked elsewhere already.")
        self._new.clear()
        self._new.set_visibility(False)
        await self.draw()
