"""What OpenAI's chunks carry beside words: sources, probabilities, and what wants to come back.

See https://platform.openai.com/docs/api-reference/chat-streaming.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import CitationDelta, LogprobDelta, ProviderDataDelta, ToolCallDelta
from omnichat.wire_json import mapping, mappings, number, words

GROWING = ("text", "summary")


def read_citations(value: object) -> list[CitationDelta]:
    """Return the sources in a list of annotations, of search results or of bare addresses."""
    bare = [CitationDelta(url=url) for url in value if isinstance(url, str)] if isinstance(value, list) else []
    return bare + [told for one in mappings(value) if (told := _citation(one)).url]


def _citation(one: Mapping[str, Any]) -> CitationDelta:
    told = mapping(one.get("url_citation")) or one
    start, end = told.get("start_index"), told.get("end_index")
    known = isinstance(start, int) and isinstance(end, int) and 0 <= start < end
    return CitationDelta(
        url=words(told.get("url")),
        title=words(told.get("title")),
        quote=words(told.get("content")) or words(told.get("snippet")),
        start=start if known else None,
        end=end if known else None,
    )


def read_references(names: object) -> list[CitationDelta]:
    """Return the sources that an answer names as those who asked did, in the results of tools or in documents."""
    told = names if isinstance(names, list) else []
    return [CitationDelta(url=str(name)) for name in told if isinstance(name, str | int) and not isinstance(name, bool)]


def read_logprobs(value: object) -> Iterator[LogprobDelta]:
    """Yield the probabilities of tokens in ``[{"token", "logprob", "top_logprobs"}]``."""
    for one in mappings(value):
        likely = number(one.get("logprob"))
        if likely is not None and isinstance(one.get("token"), str):
            others = mappings(one.get("top_logprobs"))
            top = [(words(other.get("token")), number(other.get("logprob"))) for other in others]
            known = tuple((token, alternative) for token, alternative in top if alternative is not None)
            yield LogprobDelta(token=one["token"], logprob=likely, top=known)


class CallKeeper:
    """Keep the tool calls of one answer apart, however its server numbers them."""

    def __init__(self) -> None:
        self.made = 0
        self._placed: dict[int, int] = {}
        self._named: dict[str, int] = {}
        self._functions: dict[int, str] = {}

    def read(self, call: Mapping[str, Any]) -> ToolCallDelta:
        """Return one piece of a call; a function named over and over is told once."""
        name, function = words(call.get("id")), mapping(call.get("function"))
        asked = words(function.get("name"))
        index = self._index(call.get("index"), name, asked)
        known = self._functions.get(index, "")
        asked = "" if asked == known else asked
        self._functions[index] = known + asked
        arguments = function.get("arguments")
        text = json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict) else words(arguments)
        return ToolCallDelta(index, name, asked, text)

    def _index(self, place: object, name: str, asked: str) -> int:
        """Return the call that a piece belongs to.

        A new place opens one. So does a new id without a place, or with a function at a place that is taken: there are
        servers that give all calls the same place, and servers that give each piece an id of its own.
        """
        if isinstance(place, int) and not isinstance(place, bool):
            known = self._placed.get(place)
            if known is None or (asked and name and self._taken(known, name)):
                known = self._placed[place] = self._named.get(name, self.made)
        elif name:
            known = self._named.get(name, self.made)
        else:
            known = max(self.made - 1, 0)
        self.made = max(self.made, known + 1)
        if name:
            self._named.setdefault(name, known)
        return known

    def _taken(self, index: int, name: str) -> bool:
        return name not in self._named and index in self._named.values()


class EchoKeeper:
    """Keep the fields of one answer that its server wants back, put together from their pieces."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._words: dict[str, list[str]] = {}
        self._objects: dict[str, list[dict[str, Any]]] = {}

    def keep(self, delta: Mapping[str, Any]) -> None:
        """Keep what one piece of the answer holds."""
        for name in self._names:
            value = delta.get(name)
            if isinstance(value, str) and value:
                self._words.setdefault(name, []).append(value)
            for one in mappings(value):
                _join(self._objects.setdefault(name, []), one)

    def told(self, *, calls: bool) -> Iterator[ProviderDataDelta]:
        """Yield the fields as they go back; bare words are wanted only with ``calls`` of tools."""
        for name, objects in self._objects.items():
            yield ProviderDataDelta({name: objects})
        for name, pieces in self._words.items() if calls else ():
            yield ProviderDataDelta({name: "".join(pieces)})
        self._objects, self._words = {}, {}


def _join(known: list[dict[str, Any]], one: Mapping[str, Any]) -> None:
    grows = next((name for name in GROWING if isinstance(one.get(name), str)), "")
    last = known[-1] if known else {}
    if not (grows and isinstance(last.get(grows), str) and _same(last, one)):
        known.append(dict(one))
        return
    whole = last[grows] + one[grows]
    last.update({name: value for name, value in one.items() if value not in (None, "")})
    last[grows] = whole


def _same(last: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    return all(last.get(name) == one.get(name) for name in ("type", "index"))
