"""The form of an address where models can be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from nicegui.element import Element

from components.fields import Area, Field
from components.pieces import attrs, button, el, enable
from components.secret_field import SecretField
from components.segments import Segments
from components.trial_note import TrialNote
from services.models.endpoints import Draft, Endpoint, EndpointFormError
from services.models.trials import Trial

DIALECTS: Final = {"chat": "OpenAI chat", "responses": "OpenAI Responses", "anthropic": "Anthropic", "ollama": "Ollama"}
STAYS: Final = "{what} is saved. Left empty, it stays."


class EndpointForm:
    """What is typed, what is wrong with it, and what a test of it said; pressing a button is for others to act on."""

    def __init__(
        self,
        endpoint: Endpoint | None,
        *,
        save: Callable[[], object],
        test: Callable[[], object],
        remove: Callable[[], object],
    ) -> None:
        self._endpoint = endpoint
        self._forgotten: set[str] = set()
        with el("div", "o-card pad o-endpoint"):
            self._draw_fields(endpoint)
            el("div", "o-rule")
            self._note = TrialNote()
            with el("div", "o-r o-wrap"):
                self._save = button("Save endpoint", "main", on=save)
                self._anyway = button("Save anyway", on=save)
                self._test = button("Test", on=test)
                el("div", "o-grow")
                if endpoint:
                    button("Delete", "quiet bad", on=remove)
        self._anyway.set_visibility(False)

    def _draw_fields(self, endpoint: Endpoint | None) -> None:
        self._name = Field("Name", "Shown on lanes and in the selector.", value=endpoint.name if endpoint else "")
        attrs(self._name.input, maxlength=60, autofocus=endpoint is None)
        dialect = endpoint.dialect if endpoint else "chat"
        hint = "What the server speaks. Most speak OpenAI chat."
        self._dialect = Segments("Dialect", DIALECTS, dialect, hint=hint, on=self._changed)
        hint = "Addresses inside the own network have to be opened by the operator, by name."
        self._address = Field(
            "Address", hint, value=endpoint.base_url if endpoint else "", placeholder="https://llm.example.org/v1"
        )
        attrs(self._address.input, inputmode="url")
        with el("div", "o-two"):
            with el("div", "o-c"):
                self._key = SecretField("Key", _key_hint(endpoint))
                if endpoint and endpoint.has_key:
                    self._forget_key = button("Forget the saved key", "small quiet", on=self._forget("key"))
            with el("div", "o-c"):
                self._headers = Area("Extra headers", _headers_hint(endpoint), placeholder="X-Team: support")
                if endpoint and endpoint.headers:
                    self._forget_headers = button("Forget the saved headers", "small quiet", on=self._forget("headers"))
        self._models = Area(
            "Models",
            "One a line. Left empty, the server is asked for its list.",
            value="\n".join(endpoint.models) if endpoint else "",
        )
        for made in (self._name.input, self._address.input, self._models.input):
            made.on_value_change(self._changed)

    @property
    def draft(self) -> Draft:
        """What is typed; raise an ``EndpointFormError`` for headers that cannot be read."""
        typed = self._headers.value
        saved = self._endpoint is not None
        key: str | None = self._key.value
        return Draft(
            name=self._name.value,
            base_url=self._address.value,
            dialect=self._dialect.value,
            key=None if saved and not key and "key" not in self._forgotten else key,
            headers=None if saved and not typed and "headers" not in self._forgotten else _parsed(typed),
            models=tuple(self._models.value.splitlines()),
        )

    def complain(self, error: EndpointFormError) -> None:
        """Say what is wrong, beside the field it is about where that can be."""
        match error.field:
            case "name":
                self._name.complain(str(error))
            case "base_url":
                self._address.complain(str(error))
            case "key":
                self._key.complain(str(error))
            case _:
                self._note.show(Trial(works=False, words=str(error)))

    def busy(self, busy: bool) -> None:
        """Let nothing be pressed while something is tried or saved, and take former complaints back."""
        for made in (self._save, self._anyway, self._test):
            if not made.is_deleted:
                enable(made, not busy)
        if busy:
            for field in (self._name, self._address, self._key):
                field.complain("")

    def wait(self) -> None:
        """Say that it is being tried."""
        self._note.wait()

    def show(self, trial: Trial) -> None:
        """Say what came of a test; what failed it may be saved anyway."""
        self._note.show(trial)
        self._offer(anyway=not trial.works)

    def _forget(self, what: str) -> Callable[[], None]:
        def forget() -> None:
            self._forgotten.add(what)
            if what == "key":
                self._key.help("The saved key is forgotten when this is saved.")
                self._forget_key.set_visibility(False)
            else:
                self._headers.help("The saved headers are forgotten when this is saved.")
                self._forget_headers.set_visibility(False)

        return forget

    def _changed(self) -> None:
        self._offer(anyway=False)

    def _offer(self, *, anyway: bool) -> None:
        _swap(self._save, self._anyway) if anyway else _swap(self._anyway, self._save)


def _swap(gone: Element, here: Element) -> None:
    gone.set_visibility(False)
    here.set_visibility(True)


def _key_hint(endpoint: Endpoint | None) -> str:
    if endpoint and endpoint.has_key:
        return STAYS.format(what=f"A key that ends in {endpoint.hint.lstrip('…')}" if endpoint.hint else "A key")
    return "It may stay empty. It is sealed before it is written, and never shown again."


def _headers_hint(endpoint: Endpoint | None) -> str:
    if endpoint and endpoint.headers:
        return f"{', '.join(endpoint.headers)}: saved. Left empty, they stay."
    return "One a line, name and value."


def _parsed(typed: str) -> dict[str, str]:
    headers = dict[str, str]()
    for line in filter(None, (line.strip() for line in typed.splitlines())):
        name, colon, value = line.partition(":")
        if not colon:
            raise EndpointFormError("A header is a name, a colon and a value.", "headers")
        headers[name.strip()] = value.strip()
    return headers
