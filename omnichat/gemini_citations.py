"""The sources of an answer of Gemini's, which counts its places in bytes.

See https://ai.google.dev/gemini-api/docs/grounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import CitationDelta
from omnichat.wire_json import count, mapping, mappings, words

SOURCES = ("web", "retrievedContext", "maps")


class Citations:
    """The text so far, and the sources told for it; each is found once."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._grounding: Mapping[str, Any] = {}
        self._quoted: list[dict[str, Any]] = []
        self._told = set[CitationDelta]()

    def said(self, text: str) -> None:
        """Add a piece of the answer."""
        self._text.append(text)

    def see(self, candidate: Mapping[str, Any]) -> None:
        """Keep the sources that a chunk tells; later ones stand for all before."""
        grounding = mapping(candidate.get("groundingMetadata"))
        if grounding.get("groundingChunks"):
            self._grounding = grounding
        if cited := mapping(candidate.get("citationMetadata")):
            self._quoted += mappings(cited.get("citationSources")) or mappings(cited.get("citations"))

    def found(self) -> Iterator[CitationDelta]:
        """Yield the sources not yet told."""
        if not self._grounding and not self._quoted:
            return
        answer = "".join(self._text)
        for citation in (*self._grounded(answer), *self._copied(answer)):
            if citation not in self._told:
                self._told.add(citation)
                yield citation

    def _grounded(self, answer: str) -> Iterator[CitationDelta]:
        chunks = mappings(self._grounding.get("groundingChunks"))
        sources = [next((mapping(chunk[kind]) for kind in SOURCES if chunk.get(kind)), {}) for chunk in chunks]
        backed = set[int]()
        for support in mappings(self._grounding.get("groundingSupports")):
            start, end = _place(mapping(support.get("segment")), answer)
            places = support.get("groundingChunkIndices")
            for place in places if isinstance(places, list) else []:
                if isinstance(place, int) and 0 <= place < len(sources):
                    backed.add(place)
                    yield from _citation(sources[place], start, end)
        for place, source in enumerate(sources):
            if place not in backed:
                yield from _citation(source)

    def _copied(self, answer: str) -> Iterator[CitationDelta]:
        for source in self._quoted:
            yield from _citation(source, *_place(source, answer))


def _citation(source: Mapping[str, Any], start: int | None = None, end: int | None = None) -> Iterator[CitationDelta]:
    if url := words(source.get("uri")):
        yield CitationDelta(
            url=url, title=words(source.get("title")), quote=words(source.get("text")), start=start, end=end
        )


def _place(segment: Mapping[str, Any], answer: str) -> tuple[int | None, int | None]:
    """Return the characters of the answer that the bytes of ``segment`` are."""
    if not segment.get("endIndex"):
        return None, None
    first, last = count(segment, "startIndex"), count(segment, "endIndex")
    raw = answer.encode("utf-8", "surrogatepass")
    start = len(raw[:first].decode("utf-8", "ignore"))
    end = len(raw[:last].decode("utf-8", "ignore"))
    text = words(segment.get("text"))
    if text and answer[start:end] != text and (found := answer.find(text)) >= 0:
        return found, found + len(text)
    return start, end
