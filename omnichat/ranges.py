"""What a model takes of a ``ChatRequest``, and in which range.

Whether something is taken is asked of the dialect itself: it is, if it makes a difference to what would be sent. The
ranges are those that the providers document (platform.openai.com/docs/api-reference/chat,
platform.claude.com/docs/en/api/messages, ai.google.dev/api/generate-content, docs.cohere.com/reference/chat,
docs.aws.amazon.com/bedrock and their neighbours).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import ORDER
from omnichat.errors import UnsupportedError
from omnichat.messages import ChatRequest, Effort, JsonFormat, Message, Tool
from omnichat.model_facts import ModelFacts, facts_about
from omnichat.parameters import TOOLS
from omnichat.provider import Call, Provider
from omnichat.registry import split

Format: TypeAlias = Literal["object", "schema"]


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from ``least`` to ``most``, both included; None is where nobody names a limit."""

    least: float
    most: float | None = None

    def holds(self, number: float) -> bool:
        """Return whether ``number`` lies within."""
        return self.least <= number and (self.most is None or number <= self.most)

    def nearest(self, number: float) -> float:
        """Return ``number``, or the end of the range that is nearest to it."""
        return max(self.least, number if self.most is None else min(number, self.most))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model takes: ``takes`` holds names of parameters of a ``ChatRequest``.

    ``ranges`` are those of the numbers among them, ``max_tokens`` in tokens. ``efforts`` are the levels of thinking
    that differ; there are none where the model does not think, or nobody can tell it how long. ``stops`` is how many
    texts may end an answer, None if any number. ``formats`` names the kinds of JSON that the provider itself keeps to;
    the other one is asked for in words. ``ours`` are the fields of a request's body that are filled in here, which
    nobody's ``extra`` should name.
    """

    takes: frozenset[str]
    ranges: Mapping[str, Range] = field(default_factory=dict)
    efforts: tuple[Effort, ...] = ()
    stops: int | None = None
    formats: tuple[Format, ...] = ()
    ours: frozenset[str] = frozenset()


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}
PROBES: Mapping[str, Any] = {  # a value of each parameter that is nobody's default
    "temperature": 0.37,
    "top_p": 0.37,
    "top_k": 37,
    "max_tokens": 3737,
    "stop": ("37",),
    "seed": 37,
    "frequency_penalty": 0.37,
    "presence_penalty": 0.37,
    "tools": (Tool(name="probe"),),
    "tool_choice": "required",
    "parallel_tool_calls": False,
    "response_format": JsonFormat(schema=SCHEMA),
    "logprobs": 3,
    "web_search": True,
}
SIGNED, INT32, INT64 = Range(-2, 2), Range(0, 2**31 - 1), Range(0, 2**63 - 1)
USUAL: Mapping[str, Range] = {
    "temperature": Range(0, 2),
    "top_p": Range(0, 1),
    "top_k": Range(0),
    "max_tokens": Range(1),
    "seed": INT64,
    "frequency_penalty": SIGNED,
    "presence_penalty": SIGNED,
    "logprobs": Range(0, 20),
}
PARTICULAR: tuple[tuple[re.Pattern[str], Mapping[str, Range]], ...] = (
    (re.compile(r"anthropic|bedrock|together|moonshot|zai"), {"temperature": Range(0, 1)}),
    (re.compile(r"mistral|cerebras"), {"temperature": Range(0, 1.5)}),
    (re.compile(r"ollama|llamacpp|local|lmstudio|vllm|anyscale|replicate"), {"temperature": Range(0)}),
    (re.compile(r"llamacpp|local"), {"seed": Range(0, 2**32 - 2)}),
    (re.compile(r"google|vertex|ollama"), {"seed": INT32}),
    (re.compile(r"xai|perplexity"), {"max_tokens": Range(16)}),
    (
        re.compile(r"cohere"),
        {
            "temperature": Range(0),
            "top_p": Range(0.01, 0.99),
            "top_k": Range(0, 500),
            "frequency_penalty": Range(0, 1),
            "presence_penalty": Range(0, 1),
        },
    ),
)
STOPS: Mapping[str, int] = {
    **dict.fromkeys(("openai", "azure", "groq", "cerebras", "fireworks", "huggingface", "openrouter"), 4),
    **dict.fromkeys(("google", "vertex", "cohere", "moonshot"), 5),
    "deepseek": 16,
    "zai": 1,
}


def limits_of(
    model: str,
    *,
    provider: Provider | None = None,
    can: Capability = NOTHING,
    max_output: int | None = None,
    effort: Effort | None = None,
) -> Limits:
    """Return what ``provider/model`` takes when it is asked to think with ``effort``.

    Some take no temperature while they think. ``can`` and ``max_output`` (tokens) are what a live list says of the
    model; without them the bundled facts are asked. ``provider`` is whose language is spoken, if the name before the
    slash is none of the registry's; else an ``UnknownProviderError`` is raised.
    """
    name = model.partition("/")[2]
    if provider is None:
        provider, name = split(model)
    asked = _Model(provider, name, facts_about(f"{provider.name}/{name}"), can)
    efforts = tuple(_efforts(asked)) if asked.can(Capability.THINKING) else ()
    takes = {each for each in PROBES if _is_taken(asked, each, effort if effort in efforts else None)}
    if not asked.can(Capability.SEARCH):
        takes.discard("web_search")
    return Limits(
        takes=frozenset(takes | ({"effort"} if efforts else set())),
        ranges={each: span for each, span in _ranges(asked, max_output).items() if each in takes},
        efforts=efforts,
        stops=STOPS.get(provider.name),
        formats=tuple(_formats(asked)),
        ours=_ours(asked),
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """A model, and what is known of it."""

    provider: Provider
    name: str
    facts: ModelFacts | None
    listed: Capability

    def can(self, skill: Capability) -> bool:
        """Return whether the model has ``skill``, as far as its provider, a list or the facts tell; in doubt it has.

        In doubt are the models of one's own servers, and those that nobody knows of a provider who has many kinds.
        """
        own = self.provider.capabilities(self.name)
        if skill in own | self.listed | (self.facts.can if self.facts else NOTHING):
            return True
        if self.listed & ~own:
            return False
        return not self.provider.key_needed or (skill in self.provider.also and self.facts is None)

    def call(self, **parameters: Any) -> Call | None:
        """Return what would be sent, or nothing if the model refuses one of the ``parameters``."""
        request = ChatRequest(model=self.name, messages=(Message.of("user", "Hello"),))
        try:
            return self.provider.dialect.chat(replace(request, **parameters))
        except UnsupportedError:
            return None


def _ranges(model: _Model, max_output: int | None) -> dict[str, Range]:
    ranges = dict(USUAL)
    for names, particular in PARTICULAR:
        ranges |= particular if names.fullmatch(model.provider.name) else {}
    most = max_output or (model.facts.max_output if model.facts else None)
    return ranges | {"max_tokens": replace(ranges["max_tokens"], most=most)}


def _is_taken(model: _Model, name: str, effort: Effort | None) -> bool:
    about = {"tools": PROBES["tools"]} if name in TOOLS - {"tools"} else {}
    thinking = {"effort": effort} if effort else {}
    told = model.call(**about, **thinking, **{name: PROBES[name]})
    return told is not None and told != model.call(**about, **thinking)


def _efforts(model: _Model) -> Iterator[Effort]:
    """Yield the levels that a strict caller may ask for, one of each set that comes to the same."""
    alike: list[tuple[Call, list[Effort]]] = []
    for level in ORDER:
        call = model.call(effort=level, strict=True)
        if call is None:
            continue
        levels = next((levels for other, levels in alike if other == call), None)
        if levels is None:
            alike.append((call, [level]))
        else:
            levels.append(level)
    chosen = [_called(call, levels) for call, levels in alike]
    if len(chosen) == len(ORDER) and model.facts and model.facts.efforts:  # the provider passes any word on
        chosen = [level for level in chosen if level in model.facts.efforts]
    yield from chosen if set(chosen) - {"none"} else ()


def _called(call: Call, levels: list[Effort]) -> Effort:
    """Return which of the ``levels`` is meant by them all: the one that is sent, or the middle one."""
    sent = json.dumps(call.json).lower()
    named = [level for level in levels if f'"{level}"' in sent]
    return (named or [level for level in levels if level == "medium"] or levels)[0]


def _formats(model: _Model) -> Iterator[Format]:
    if model.call(response_format=JsonFormat(), strict=True):
        yield "object"
    if model.call(response_format=JsonFormat(schema=SCHEMA), strict=True):
        yield "schema"


def _ours(model: _Model) -> frozenset[str]:
    """Return the fields that every request has; objects and lists of tools are open to additions."""
    plain = model.call()
    fields = plain.json or {} if plain else {}
    return frozenset(name for name, value in fields.items() if not isinstance(value, Mapping) and name != "tools")
