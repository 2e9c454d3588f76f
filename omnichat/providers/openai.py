"""OpenAI: the GPT and o models."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.endpoints.openai import DRAWS, EVERYTHING, HEARS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING
SEEING = PLAIN | Capability.VISION | Capability.FILES | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    dialect=OpenAIDialect(
        max_tokens_field="max_completion_tokens",
        no_sampling=re.compile(r"o\d|gpt-5(-(?!chat)|$)|gpt-5\.\d.*-(pro|chat)"),
        no_sampling_while_thinking=re.compile(r"gpt-5\.[5-9](?!.*-(pro|chat))|gpt-[6-9](?!.*-(pro|chat))"),
    ),
    key_env="OPENAI_API_KEY",
    docs_url="https://platform.openai.com/docs",
    keys_url="https://platform.openai.com/api-keys",
    endpoints=OpenAIEndpoints(offers=EVERYTHING, packs=True),
    can=SEEING,
    skills={
        "gpt-3.5": PLAIN | Capability.TOOLS,
        "gpt-5": SEEING | Capability.THINKING,
        "gpt-5-chat": SEEING,
        "gpt-6": SEEING | Capability.THINKING,
        "o1": SEEING | Capability.THINKING,
        "o3": SEEING | Capability.THINKING,
        "o4": SEEING | Capability.THINKING,
        "gpt-audio": PLAIN | Capability.AUDIO,
        "gpt-realtime": NOTHING,
        "gpt-image": DRAWS,
        "gpt-transcribe": Capability.TRANSCRIPTION,
        "gpt-4o-transcribe": Capability.TRANSCRIPTION,
        "gpt-4o-mini-transcribe": Capability.TRANSCRIPTION,
        "gpt-4o-mini-tts": Capability.SPEECH,
        "gpt-4o-realtime": NOTHING,
        "gpt-4o-mini-realtime": NOTHING,
        "chatgpt-image": DRAWS,
        "text-embedding": Capability.EMBEDDINGS,
        "babbage": Capability.COMPLETIONS,
        "davinci": Capability.COMPLETIONS,
        "dall-e": DRAWS,
        "omni-moderation": Capability.MODERATION,
        "sora": NOTHING,
        "tts": Capability.SPEECH,
        "whisper": HEARS,
    },
    also=Capability.RESPONSES,
    realtime="openai",
)
