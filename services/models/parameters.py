"""How a model is asked: instructions, sampling, length, format, thinking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, get_args

from omnichat.messages import ChatRequest, Effort, JsonFormat

EFFORTS: Final[tuple[Effort, ...]] = get_args(Effort)
RESERVED: Final = frozenset(  # what is asked, what is said, and how many answers come, is not for ``extra`` to say
    {
        *("model", "modelid", "models", "fallbacks", "route", "preset"),
        *("messages", "input", "contents", "prompt", "system", "system_instruction", "systeminstruction"),
        *("instructions", "preamble", "chat_history", "cachedcontent", "cached_content"),
        *("previous_response_id", "conversation", "stream", "stream_options", "stop", "n", "best_of"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a lane, or a person for all lanes, has set; what is empty or None is left to the model.

    ``max_tokens`` counts the answer's tokens. ``schema`` asks for JSON that fits it, ``json`` alone for any JSON.
    ``extra`` goes into the provider's request as it is, but for the fields that are ``reserved``.
    """

    system_prompt: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    effort: Effort | None = None
    json: bool | None = None
    schema: Mapping[str, Any] = field(default_factory=dict)
    web_search: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return what is set, by name, as JSON has it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: list(value) if name == "stop" else value for name, value in values.items() if _is_set(value)}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Parameters:
        """Return what ``told`` told; names that are not known any more are passed over."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        return cls(**(values | {"stop": tuple(values.get("stop", ()))}))

    def over(self, defaults: Parameters) -> Parameters:
        """Return these, and for what is not set here the ``defaults``; their schema gives way to any word on JSON."""
        if self.json is not None:
            defaults = replace(defaults, schema={})
        return replace(defaults, **{name: getattr(self, name) for name in self.told()})

    def applied(self, request: ChatRequest) -> ChatRequest:
        """Return ``request`` asked this way; the instructions stand among its messages already."""
        wanted = JsonFormat(schema=self.schema or None) if self.schema or self.json else None
        return replace(
            request,
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            stop=self.stop,
            seed=self.seed,
            frequency_penalty=self.frequency_penalty,
            presence_penalty=self.presence_penalty,
            effort=self.effort,
            response_format=wanted,
            web_search=bool(self.web_search),
            extra={name: value for name, value in self.extra.items() if not reserved(name)},
        )


def reserved(name: str) -> bool:
    """Return whether a field of a request is filled in by us alone; some servers read names in any case."""
    return name.casefold() in RESERVED


def _is_set(value: object) -> bool:
    return value is not None and value not in ("", (), {})
