"""Administration: the rules of one group, to be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from components.check_list import CheckList
from components.fields import Area, Field
from components.person_face import draw_person
from components.pieces import attrs, button, el, note, text
from components.segmented import Segmented
from pages.frame import Frame
from pages.provider_words import title_of
from services.chats.chats import MOST_LANES
from services.people.groups import LONGEST_NAME, MOST_ANSWERS, Group, GroupFormError
from services.people.person import Person
from services.people.rules import Feature, Rules

MEGABYTE: Final = 1_000_000
EVERY, SOME = "every", "some"
FEATURES: Final = {
    Feature.KEYS: "Keys of one's own",
    Feature.ENDPOINTS: "Endpoints of one's own, where every provider is allowed",
    Feature.SYNTHESIS: "Bringing answers together by a judge",
    Feature.TOKENS: "Tokens for programs",
}


class GroupForm:
    """Fields for a group, new or changed; ``leave`` is called when it is saved."""

    def __init__(self, frame: Frame, group: Group | None, leave: Callable[[], object]) -> None:
        self._frame = frame
        self._groups = frame.services.people.groups
        self._group = group
        self._rules = group.rules if group else Rules()
        self._leave = leave

    async def draw(self) -> None:
        """Show the fields, and who is in the group."""
        rules, group = self._rules, self._group
        titles = await self._titles()
        with el("div", "o-card pad o-c o-wide-gap"):
            self._name = Field("Name", value=group.name if group else "", placeholder="Sales")
            attrs(self._name.input, maxlength=LONGEST_NAME, autofocus=group is None)
            self._draw_providers(titles)
            self._models = Area(
                "Models",
                "A pattern a line, such as groq/llama* or *mini*. Empty is every model of these providers.",
                value="\n".join(rules.models or ()),
                code=True,
            )
            with el("div", "o-three"):
                self._lanes = _number("Lanes in a chat", f"1 to {MOST_LANES}, or empty for no limit.", rules.lanes)
                self._answers = _number(
                    "Answers at once", f"1 to {MOST_ANSWERS}, or empty. Others wait.", rules.answers
                )
                self._upload = _number("Largest upload, MB", "Or empty for no limit.", _megabytes(rules.upload_bytes))
            with el("div", "o-field"):
                text("Features", "o-label")
                ticked = FEATURES if rules.features is None else rules.features
                self._features = CheckList("Features", {each: words for each, words in FEATURES.items()}, ticked)
            self._said = el("div", role="alert")
            with el("div", "o-r"):
                button("Save", "main", on=self._save)
                button("Cancel", "quiet", on=self._leave)
        if group:
            self._draw_members(await self._groups.members(self._frame.who, group.uid))

    async def _titles(self) -> dict[str, str]:
        """Return by name the sources that can be chosen: those in reach here, and those chosen before."""
        titles = await shared_titles(self._frame)
        for name in self._rules.providers or ():
            titles.setdefault(name, title_of(name))
        return dict(sorted(titles.items(), key=lambda pair: pair[1].casefold()))

    def _draw_providers(self, titles: dict[str, str]) -> None:
        with el("div", "o-field"):
            text("Providers", "o-label")
            chosen = EVERY if self._rules.providers is None else SOME
            self._which = Segmented("Providers", {EVERY: "Every provider", SOME: "Only these"}, chosen, self._show)
            self._providers = CheckList("Providers of this group", titles, self._rules.providers or ())
            self._none = note("A provider that is missing here needs a key first: add it under Shared keys.", "key")
            self._unchosen = text("", "bad", tag="small", role="alert")
        self._show()

    def _show(self) -> None:
        some = self._which.value == SOME
        self._providers.root.set_visibility(some)
        self._none.set_visibility(some)
        self._unchosen.set_visibility(False)

    def _draw_members(self, members: list[Person]) -> None:
        text(f"Members · {len(members):,}", "o-strong", tag="h3")
        if not members:
            note("Nobody is in this group. Put people into it under People.", "person")
            return
        with el("div", "o-card", role="list", aria_label="Members"):
            for person in members:
                with el("div", "o-line2", role="listitem"):
                    draw_person(person, person.handle)

    async def _save(self) -> None:
        self._take_back()
        uid = self._group.uid if self._group else ""
        try:
            saved = await self._groups.save(self._frame.who, self._name.value, self._written(), uid)
        except GroupFormError as error:
            self._complain(error)
            return
        self._frame.toasts.show(f"“{saved.name}” is saved.")
        with self._frame.client:
            self._leave()

    def _take_back(self) -> None:
        self._said.clear()
        self._unchosen.set_visibility(False)
        for field in self._fields.values():
            field.complain("")

    def _complain(self, error: GroupFormError) -> None:
        """Say what is wrong beside the field it is about, and lead there."""
        if error.about == "providers":
            self._unchosen.set_text(str(error))
            self._unchosen.set_visibility(True)
            self._which.focus()
        elif field := self._fields.get(error.about):
            field.complain(str(error))
            field.focus()
        else:
            with self._said:
                note(str(error), "error", "bad")

    @property
    def _fields(self) -> dict[str, Field]:
        """The fields by what errors call them."""
        return {
            "name": self._name,
            "models": self._models,
            "lanes": self._lanes,
            "answers": self._answers,
            "upload_bytes": self._upload,
        }

    def _written(self) -> Rules:
        patterns = tuple(filter(None, (line.strip() for line in self._models.value.splitlines())))
        ticked = tuple(each for each in FEATURES if each in self._features.ticked)
        upload = _read("upload_bytes", self._upload)
        return Rules(
            providers=None if self._which.value == EVERY else tuple(sorted(self._providers.ticked)),
            models=patterns or None,
            lanes=_read("lanes", self._lanes),
            answers=_read("answers", self._answers),
            upload_bytes=None if upload is None else upload * MEGABYTE,
            features=None if len(ticked) == len(FEATURES) else ticked,
        )


async def shared_titles(frame: Frame) -> dict[str, str]:
    """Return by name what the sources are called that the server has for people."""
    server = await frame.services.people.shares.server(frame.who)
    return {source.name: source.title for source in await frame.services.sources.of(server)}


def _number(label: str, hint: str, value: int | None) -> Field:
    field = Field(label, hint, value="" if value is None else str(value))
    attrs(field.input, inputmode="numeric", maxlength=9)
    return field


def _read(about: str, field: Field) -> int | None:
    """Return the number in a field, or None when it is empty; raise ``GroupFormError``."""
    if not field.value:
        return None
    if not (field.value.isascii() and field.value.isdigit()):
        raise GroupFormError("Write a whole number, or nothing.", about)
    return int(field.value)


def _megabytes(count: int | None) -> int | None:
    return None if count is None else count // MEGABYTE
