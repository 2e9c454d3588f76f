"""Which provider and which model supports what."""

from __future__ import annotations

import pytest

from omnichat import AsyncClient, Capability, Client
from omnichat.provider import Provider
from omnichat.registry import every_provider
from omnichat.support import FLAGS, Flag, Supports, told_apart
from tests.omnichat.far_end import JSON, Saying, far_end

EVERY = [pytest.param(provider, id=name) for name, provider in every_provider().items()]
NAMED_BY_THE_REQUIREMENTS = {
    "json_mode_support",
    "vision_support",
    "audio_input_support",
    "streaming_support",
    "realtime_support",
    "function_calling_support",
}
LIST = b"""{"data": [
    {"id": "a/sees", "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]}},
    {"id": "a/calls", "architecture": {"output_modalities": ["text"]}, "supported_parameters": ["tools"]}
]}"""


def test_there_is_a_flag_for_every_capability() -> None:
    assert FLAGS.keys() >= NAMED_BY_THE_REQUIREMENTS
    assert sorted(FLAGS.values(), key=lambda flag: flag.value) == list(Capability)
    assert isinstance(Supports.vision_support, Flag)


@pytest.mark.parametrize("provider", EVERY)
def test_a_provider_answers_by_flag(provider: Provider) -> None:
    flags = {name: getattr(provider, name) for name in FLAGS}
    assert flags == told_apart(provider.offers)
    assert flags["chat_support"] is True
    assert flags["streaming_support"] is True
    for model in ("m", *provider.skills):
        told = provider.get_model_capabilities(model)
        assert told.keys() == FLAGS.keys()
        assert {name for name, has in told.items() if has} <= {name for name, has in flags.items() if has}


@pytest.mark.parametrize(
    ("name", "flag", "has"),
    [
        ("openai", "realtime_support", True),
        ("openai", "audio_input_support", True),
        ("openai", "logprobs_support", True),
        ("openrouter", "function_calling_support", True),
        ("anthropic", "web_search_support", True),
        ("anthropic", "embeddings_support", False),
        ("groq", "transcription_support", True),
        ("groq", "logprobs_support", False),
        ("ollama", "thinking_support", True),
        ("local", "vision_support", False),
    ],
)
def test_what_the_great_ones_offer_is_known(name: str, flag: str, has: bool) -> None:
    assert getattr(every_provider()[name], flag) is has


async def test_a_model_can_what_its_list_says_or_else_what_is_known() -> None:
    keys = {"openrouter": "k"}
    listing = Saying(kind=JSON, pieces=(LIST,))
    async with far_end(listing) as end, AsyncClient(base_urls={"openrouter": end.url}, keys=keys) as client:
        before = client.get_model_capabilities("openrouter/a/sees")
        await client.list_models("openrouter")
        sees, calls = (client.get_model_capabilities(f"openrouter/a/{name}") for name in ("sees", "calls"))
    assert (before["chat_support"], before["vision_support"]) == (True, False)
    assert (sees["vision_support"], sees["function_calling_support"]) == (True, False)
    assert (calls["vision_support"], calls["function_calling_support"]) == (False, True)


def test_a_program_without_an_event_loop_may_ask_too() -> None:
    with Client() as client:
        assert client.get_model_capabilities("openai/gpt-5.5")["thinking_support"]
        assert not client.get_model_capabilities("openai/text-embedding-3-small")["chat_support"]
        assert client.get_model_capabilities("anthropic/claude-opus-4-8")["vision_support"]
