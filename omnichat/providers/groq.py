"""Groq: open models on fast hardware."""

from omnichat.capabilities import NOTHING, Capability
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="groq",
    title="Groq",
    base_url="https://api.groq.com/openai/v1",
    dialect=OpenAIDialect(
        max_tokens_field="max_completion_tokens",
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION,
    ),
    key_env="GROQ_API_KEY",
    docs_url="https://console.groq.com/docs",
    keys_url="https://console.groq.com/keys",
    can=PLAIN,
    skills={
        "meta-llama/llama-4": PLAIN | Capability.VISION,
        "openai/gpt-oss": PLAIN | Capability.THINKING,
        "qwen/qwen3": PLAIN | Capability.THINKING,
        "deepseek-r1": PLAIN | Capability.THINKING,
        "groq/compound": PLAIN | Capability.THINKING | Capability.SEARCH,
        "whisper": NOTHING,
        "playai-tts": NOTHING,
        "canopylabs/orpheus": NOTHING,
        "meta-llama/llama-guard": NOTHING,
        "meta-llama/llama-prompt-guard": NOTHING,
    },
    also=Capability.RESPONSES,
)
