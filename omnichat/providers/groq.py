"""Groq: open models on fast hardware."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import Efforts, levels
from omnichat.endpoints.openai import HEARS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON
SWITCH: Efforts = {"none": {"reasoning_effort": "none"}, "medium": {"reasoning_effort": "default"}}

PROVIDER = Provider(
    name="groq",
    title="Groq",
    base_url="https://api.groq.com/openai/v1",
    dialect=OpenAIDialect(
        max_tokens_field="max_completion_tokens",
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION,
        parameters=PARAMETERS - {"top_k", "frequency_penalty", "presence_penalty", "logprobs"},
        efforts=((re.compile("openai/gpt-oss"), levels("low", "medium", "high")), (re.compile("qwen/"), SWITCH)),
    ),
    key_env="GROQ_API_KEY",
    docs_url="https://console.groq.com/docs",
    keys_url="https://console.groq.com/keys",
    endpoints=OpenAIEndpoints(offers=HEARS | Capability.EMBEDDINGS | Capability.SPEECH | Capability.STORAGE),
    can=PLAIN,
    skills={
        "meta-llama/llama-4": PLAIN | Capability.VISION,
        **dict.fromkeys(("openai/gpt-oss", "qwen/qwen3", "deepseek-r1"), PLAIN | Capability.THINKING),
        "groq/compound": PLAIN | Capability.THINKING | Capability.SEARCH,
        "whisper": HEARS,
        **dict.fromkeys(("playai-tts", "canopylabs/orpheus"), Capability.SPEECH),
        **dict.fromkeys(("meta-llama/llama-guard", "meta-llama/llama-prompt-guard"), NOTHING),
    },
    also=Capability.RESPONSES,
)
