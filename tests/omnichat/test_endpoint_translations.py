"""Translations by themselves: what they ask for, what they make of answers, and of nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnichat.answered import Answered
from omnichat.capabilities import Capability
from omnichat.endpoints.bedrock import BedrockEndpoints
from omnichat.errors import BadRequestError, ContentFilterError, OmniChatError
from omnichat.provider import Call, Endpoints, Steps
from omnichat.registry import every_provider
from omnichat.uploads import Upload
from tests.omnichat.told_answers import ANSWERS

T = TypeVar("T")
FILE = Upload(name="talk.mp3", media_type="audio/mpeg", size=3, content=b"ID3")
ASKS: dict[Capability, Callable[[Endpoints], Steps[Any]]] = {
    Capability.COMPLETIONS: lambda e: e.complete("m", {"prompt": "Hello"}),
    Capability.EMBEDDINGS: lambda e: e.embed("m", {"input": ["a", "b"]}),
    Capability.TRANSCRIPTION: lambda e: e.transcribe("m", FILE, {}),
    Capability.TRANSLATION: lambda e: e.translate("m", FILE, {}),
    Capability.SPEECH: lambda e: e.speak("m", {"input": "Hello", "voice": "eve"}),
    Capability.IMAGES: lambda e: e.draw("m", {"prompt": "A cat"}),
    Capability.IMAGE_EDITS: lambda e: e.redraw("m", [FILE], None, {"prompt": "A cat"}),
    Capability.MODERATION: lambda e: e.moderate("m", {"input": "Hello"}),
    Capability.STORAGE: lambda e: e.kept({}),
}


def taken(steps: Steps[T], *answers: Any) -> tuple[list[Call], T]:
    """Return the calls that the steps yield, and what they return when answered so."""
    calls = []
    try:
        calls.append(next(steps))
        for answer in answers:
            calls.append(steps.send(answer if isinstance(answer, Answered) else told(answer)))
    except StopIteration as end:
        return calls, end.value
    raise AssertionError(f"asks for more: {calls[-1]}")


def told(answer: Any, **headers: str) -> Answered:
    return Answered(json.dumps(answer).encode(), headers)


def test_vertex_makes_vectors_by_three_calls() -> None:
    vertex = every_provider()["vertex"].endpoints
    row = {"embeddings": {"values": [0.5], "statistics": {"token_count": 2}}}
    wish = {"input": ["a", "b"], "dimensions": 1, "task_type": "RETRIEVAL_QUERY"}
    calls, found = taken(vertex.embed("text-embedding-005", wish), {"predictions": [row, row]})
    assert calls[0].path == "/publishers/google/models/text-embedding-005:predict"
    assert calls[0].json == {
        "instances": [{"content": text, "task_type": "RETRIEVAL_QUERY"} for text in "ab"],
        "parameters": {"outputDimensionality": 1},
    }
    assert ([row.embedding for row in found.data], found.usage.prompt_tokens) == ([[0.5], [0.5]], 4)
    calls, found = taken(vertex.embed("gemini-embedding-001", wish), {"predictions": [row]}, {"predictions": [row]})
    assert (len(calls), len(found.data)) == (2, 2)
    single = {"embedding": {"values": [0.25]}, "usageMetadata": {"promptTokenCount": 3}}
    calls, found = taken(vertex.embed("gemini-embedding-2", wish), single, single)
    assert calls[0].path == "/publishers/google/models/gemini-embedding-2:embedContent"
    assert calls[0].json == {
        "content": {"parts": [{"text": "a"}]},
        "outputDimensionality": 1,
        "taskType": "RETRIEVAL_QUERY",
    }
    assert ([row.embedding for row in found.data], found.usage.prompt_tokens) == ([[0.25], [0.25]], 6)


def test_bedrock_asks_each_family_for_vectors_in_its_own_way() -> None:
    bedrock, wish = BedrockEndpoints(), {"input": "a", "dimensions": 256}
    calls, found = taken(
        bedrock.embed("amazon.titan-embed-text-v2:0", wish), {"embedding": [0.5], "inputTextTokenCount": 1}
    )
    assert calls[0].path == "/model/amazon.titan-embed-text-v2%3A0/invoke"
    assert calls[0].json == {"inputText": "a", "dimensions": 256}
    assert (found.data[0].embedding, found.usage.total_tokens) == ([0.5], 1)
    calls, found = taken(bedrock.embed("amazon.nova-2-embed", wish), {"embeddings": [{"embedding": [0.5]}]})
    assert calls[0].json
    assert calls[0].json["singleEmbeddingParams"]["embeddingDimension"] == 256
    calls, _ = taken(bedrock.embed("amazon.titan-embed-image-v1", wish), {"embedding": [0.5]})
    assert calls[0].json == {"inputText": "a", "embeddingConfig": {"outputEmbeddingLength": 256}}
    answer = told({"embeddings": {"float": [[1.0]]}}, **{"x-amzn-bedrock-input-token-count": "9"})
    calls, found = taken(bedrock.embed("us.cohere.embed-v4:0", wish), answer)
    assert calls[0].json
    assert (calls[0].json["texts"], calls[0].json["output_dimension"]) == (["a"], 256)
    assert (found.data[0].embedding, found.usage.prompt_tokens) == ([1.0], 9)


def test_bedrock_draws() -> None:
    bedrock, wish = BedrockEndpoints(), {"prompt": "A cat", "n": 2, "size": "512x512", "quality": "premium", "seed": 1}
    calls, drawn = taken(bedrock.draw("amazon.nova-canvas-v1:0", wish), {"images": ["aW1n", "aW1n"], "error": None})
    assert calls[0].json == {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "A cat"},
        "imageGenerationConfig": {"numberOfImages": 2, "width": 512, "height": 512, "quality": "premium", "seed": 1},
    }
    assert not isinstance(drawn, Call)
    assert [image.b64_json for image in drawn.data] == ["aW1n"] * 2
    calls, drawn = taken(
        bedrock.draw("stability.sd3-5-large-v1:0", {"prompt": "A cat", "size": "16x9"}),
        {"images": ["aW1n"], "finish_reasons": [None]},
    )
    assert calls[0].json == {"prompt": "A cat", "aspect_ratio": "16:9"}
    with pytest.raises(BadRequestError):
        taken(bedrock.draw("stability.sd3-5-large-v1:0", wish))
    with pytest.raises(ContentFilterError):
        taken(bedrock.draw("stability.sd3-5-large-v1:0", {"prompt": "x"}), {"images": [], "finish_reasons": ["Filter"]})


def test_bedrock_changes_pictures_as_words_say() -> None:
    bedrock, drawn = BedrockEndpoints(), {"images": ["aW1n"]}
    wish = {"prompt": "A cat", "n": 1, "size": "512x512", "cfgScale": 7}
    calls, _ = taken(bedrock.redraw("amazon.titan-image-generator-v2:0", [FILE, FILE], None, wish), drawn)
    settings = {"numberOfImages": 1, "width": 512, "height": 512, "cfgScale": 7}
    assert calls[0].json == {
        "taskType": "IMAGE_VARIATION",
        "imageVariationParams": {"images": ["SUQz", "SUQz"], "text": "A cat"},
        "imageGenerationConfig": settings,
    }
    wish["maskPrompt"] = "the dog"
    calls, _ = taken(bedrock.redraw("amazon.nova-canvas-v1:0", [FILE], None, wish), drawn)
    assert calls[0].json == {
        "taskType": "INPAINTING",
        "inPaintingParams": {"image": "SUQz", "text": "A cat", "maskPrompt": "the dog"},
        "imageGenerationConfig": settings,
    }
    calls, _ = taken(bedrock.redraw("stability.sd3-5-large-v1:0", [FILE], None, {"prompt": "A cat"}), drawn)
    assert calls[0].json == {"prompt": "A cat", "image": "SUQz", "mode": "image-to-image", "strength": 0.5}
    calls, _ = taken(bedrock.redraw("us.stability.stable-style-guide-v1:0", [FILE], None, {"prompt": "A cat"}), drawn)
    assert calls[0].json == {"prompt": "A cat", "image": "SUQz"}
    with pytest.raises(BadRequestError, match="maskPrompt"):
        taken(bedrock.redraw("amazon.nova-canvas-v1:0", [FILE], FILE, wish), drawn)
    with pytest.raises(BadRequestError, match="one picture"):
        taken(bedrock.redraw("stability.sd3-5-large-v1:0", [FILE, FILE], None, {"prompt": "A cat"}), drawn)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
KEYS = sorted(
    {"data", "embedding", "embeddings", "images", "output", "status", "predictions", "values", "text", "results"}
    | {name for answer in ANSWERS.values() for name in answer}
)
SHAPED = st.dictionaries(st.sampled_from(KEYS), JSON | st.lists(st.dictionaries(st.sampled_from(KEYS), JSON)))
BODIES = st.binary(max_size=80) | (JSON | SHAPED).map(lambda value: json.dumps(value).encode())
OFFERS = [
    (provider.endpoints, needed)
    for provider in every_provider().values()
    for needed in ASKS
    if needed in provider.endpoints.offers
]


@settings(deadline=None)
@given(st.sampled_from(OFFERS), st.lists(BODIES, min_size=1, max_size=4))
def test_whatever_is_answered_only_our_errors_come_out(
    offer: tuple[Endpoints, Capability], bodies: list[bytes]
) -> None:
    endpoints, needed = offer
    with suppress(OmniChatError, StopIteration):
        steps = ASKS[needed](endpoints)
        assert isinstance(next(steps), Call)
        for body in bodies:
            steps.send(Answered(body))
