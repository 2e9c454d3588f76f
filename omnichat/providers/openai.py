"""OpenAI: the GPT and o models."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import Efforts, levels
from omnichat.endpoints.openai import DRAWS, EVERYTHING, HEARS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING
SEEING = PLAIN | Capability.VISION | Capability.FILES | Capability.TOOLS | Capability.JSON
SAMPLED = SEEING | Capability.LOGPROBS
THINKING = SEEING | Capability.THINKING
LEVELS: tuple[tuple[re.Pattern[str], Efforts], ...] = (
    (re.compile(r"o1-(mini|preview)"), {}),
    (re.compile(r"(o\d|gpt-5).*deep-research"), levels("medium")),
    (re.compile(r"gpt-5.*-chat|chat-latest"), levels("medium")),
    (re.compile(r"gpt-5-pro"), levels("high")),
    (re.compile(r"gpt-5\.\d.*-pro"), levels("medium", "high", "xhigh")),
    (re.compile(r"gpt-5\.1"), levels("none", "low", "medium", "high")),
    (re.compile(r"gpt-5\.[2-9]|gpt-[6-9]"), levels("none", "low", "medium", "high", "xhigh")),
    (re.compile(r"gpt-5"), levels("minimal", "low", "medium", "high")),
    (re.compile(r"o\d"), levels("low", "medium", "high")),
)

PROVIDER = Provider(
    name="openai",
    title="OpenAI",
    base_url="https://api.openai.com/v1",
    dialect=OpenAIDialect(
        max_tokens_field="max_completion_tokens",
        search={"web_search_options": {}},
        searching=re.compile(r"gpt-.*-search"),
        efforts=LEVELS,
        no_sampling=re.compile(r"o\d|gpt-5(-(?!chat)|$)|gpt-5\.\d.*-(pro|chat)"),
        no_sampling_while_thinking=re.compile(r"gpt-5\.[5-9](?!.*-(pro|chat))|gpt-[6-9](?!.*-(pro|chat))"),
    ),
    key_env="OPENAI_API_KEY",
    header_envs={"OpenAI-Organization": "OPENAI_ORG_ID", "OpenAI-Project": "OPENAI_PROJECT_ID"},
    docs_url="https://platform.openai.com/docs",
    keys_url="https://platform.openai.com/api-keys",
    endpoints=OpenAIEndpoints(offers=EVERYTHING, packs=True),
    can=SAMPLED,
    skills={
        "gpt-3.5": PLAIN | Capability.TOOLS | Capability.JSON | Capability.LOGPROBS,
        **dict.fromkeys(("gpt-4o-search", "gpt-4o-mini-search"), PLAIN | Capability.JSON | Capability.SEARCH),
        **dict.fromkeys(("gpt-5", "gpt-6", "o1", "o3", "o4"), THINKING),
        "gpt-5-search": THINKING | Capability.SEARCH,
        "gpt-5-chat": SAMPLED,
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
