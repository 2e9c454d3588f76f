"""What well-known models can do, without asking anybody."""

from __future__ import annotations

import pytest

from omnichat import AsyncClient

C, V, T, K, J, A, F, S, L = (
    *("chat", "vision", "function_calling", "thinking", "json_mode", "audio_input", "file_input", "web_search"),
    "logprobs",
)
SEES = {C, V, T, J, F}
WHOLE = SEES | {K}
GEMINI = WHOLE | {A, S, L}
KNOWN: dict[str, set[str]] = {
    "openai/gpt-5": WHOLE | {S},
    "openai/gpt-5.5": WHOLE | {S},
    "openai/gpt-6": WHOLE,
    "openai/gpt-4o": SEES | {L},
    "openai/o3": WHOLE | {S},
    "openai/gpt-audio": {C, T, A},
    "openai/text-embedding-3-large": {"embeddings"},
    "openai/gpt-image-1": {"image_generation", "image_edit"},
    "openai/whisper-1": {"transcription", "translation"},
    "openai/tts-1": {"speech"},
    "openai/gpt-4o-transcribe": {"transcription"},
    "openai/omni-moderation-latest": {"moderation"},
    "anthropic/claude-opus-4-8": WHOLE | {S},
    "anthropic/claude-sonnet-4-5": WHOLE | {S},
    "anthropic/claude-fable-5": WHOLE | {S},
    "anthropic/claude-3-5-haiku-latest": {C, V, T, F, S},
    "google/gemini-3-pro-preview": GEMINI,
    "google/gemini-2.5-flash": GEMINI,
    "google/gemini-2.5-flash-image": {C, V, F, "image_generation"},
    "google/gemini-2.5-flash-preview-tts": {"speech"},
    "google/gemini-embedding-001": {"embeddings"},
    "google/imagen-4.0-generate-001": {"image_generation"},
    "vertex/gemini-2.5-pro": GEMINI,
    "vertex/google/gemini-2.5-pro": GEMINI,
    "groq/llama-3.3-70b-versatile": {C, T, J},
    "groq/openai/gpt-oss-120b": {C, T, K, J, S},
    "groq/whisper-large-v3": {"transcription", "translation"},
    "mistral/mistral-large-latest": {C, V, T, J},
    "mistral/magistral-medium-latest": {C, V, T, K, J},
    "mistral/mistral-embed": {"embeddings"},
    "deepseek/deepseek-v4": {C, T, K, J},
    "xai/grok-4.6": {C, V, T, K, J, S},
    "cohere/command-a-03-2025": {C, T, J, F},
    "cohere/embed-v4.0": {"embeddings"},
    "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0": WHOLE,
    "bedrock/amazon.nova-pro-v1:0": SEES,
    "bedrock/amazon.titan-embed-text-v2:0": {"embeddings"},
    "openrouter/anthropic/claude-sonnet-4.5": WHOLE,
    "openrouter/openai/gpt-5": WHOLE | {S},
    "perplexity/sonar": {C, V, J, S},
    "moonshot/kimi-k2.5": {C, V, T, K, J},
    "zai/glm-5": {C, T, K, J},
    "cerebras/gpt-oss-120b": {C, T, K, J},
    "azure/gpt-4.1": {C, V, T, J},
}


@pytest.mark.parametrize("model", KNOWN)
async def test_what_a_well_known_model_can_do_is_known(model: str) -> None:
    async with AsyncClient() as client:
        flags = client.get_model_capabilities(model)
    told = {name.removesuffix("_support") for name, has in flags.items() if has}
    assert KNOWN[model] <= told
    assert told - KNOWN[model] <= {"streaming", J, F, S, L}  # which a newer catalogue may know of
