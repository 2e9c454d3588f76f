"""A persona, to be made or changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from components.fields import Field
from components.hue_choice import HueChoice
from components.model_field import ModelField
from components.monograms import letters
from components.parameter_fields import ParameterFields
from components.parameter_words import Words
from components.picture_field import PictureField
from components.pieces import attrs, button, el, text
from omnichat.messages import Effort
from omnichat.ranges import Limits
from services.chats.conversations import Look
from services.chats.personas import LONGEST_NAME, MOST_LETTERS, Persona
from services.models.parameters import Parameters
from services.models.written import UnreadableError

WORDS = Words(
    label="Who it is",
    hint="Sent before every prompt of a lane that wears it.",
    example="For example: You are Captain Flint. You have seen every sea and trust nobody ashore.",
    first=True,
)


class PersonaForm:
    """Fields for one persona; ``save`` gets it with its new picture, if it has one, when all is well."""

    def __init__(
        self,
        persona: Persona,
        *,
        limits: Callable[[str, Effort | None], Awaitable[Limits]],
        known: Callable[[], Sequence[str]],
        save: Callable[[Persona, bytes | None], object],
        cancel: Callable[[], object],
    ) -> None:
        self._persona = persona
        self._save = save
        self._followed: str | None = None
        with el("div", "o-card pad o-c o-wide-gap"):
            self._portrait_place = el("div")
            with el("div", "o-two"):
                self._name = Field("Name", value=persona.name, placeholder="Captain Flint")
                self._letters = Field("Initials", "One or two signs.", value=persona.letters)
            attrs(self._name.input, maxlength=LONGEST_NAME)
            attrs(self._letters.input, maxlength=MOST_LETTERS)
            self._hue = HueChoice(persona.hue, self._show_face)
            with self._portrait_place:
                self._portrait = PictureField(self._look)
            self._model = ModelField(persona.model, known, self.follow)
            self._fields = ParameterFields(
                persona.parameters,
                Parameters(),
                limits=lambda effort: limits(self._model.value, effort),
                words=WORDS,
                changed=lambda: None,
            )
            with el("div", "o-r"):
                button("Save", "main", on=self._finish)
                button("Cancel", "quiet", on=cancel)
                self._saying = text("", "o-small o-3", role="status")
        self._name.input.on_value_change(self._show_face)
        self._letters.input.on_value_change(self._show_face)

    async def follow(self) -> None:
        """Offer what the persona's model takes; what is written stays."""
        if self._model.value != self._followed:
            self._followed = self._model.value
            await self._fields.follow()

    def _look(self) -> Look:
        signs = self._letters.value or (letters(self._name.value) if self._name.value else "?")
        return Look(letters=signs[:MOST_LETTERS], hue=self._hue.value, picture=self._persona.picture)

    def _show_face(self) -> None:
        self._name.complain("")
        self._portrait.show()

    def _finish(self) -> object:
        parameters = self._fields.read()
        try:
            model = self._model.read()
        except UnreadableError as error:
            self._model.complain(str(error))
            self._model.focus()
            return None
        if not self._name.value:
            self._name.complain("A persona needs a name.")
            self._name.focus()
            return None
        if parameters is None:
            return None
        look = self._look()
        persona = replace(
            self._persona,
            name=self._name.value,
            letters=look.letters,
            hue=look.hue,
            picture="" if self._portrait.removed else self._persona.picture,
            model=model,
            parameters=parameters,
        )
        return self._save(persona, self._portrait.data)
