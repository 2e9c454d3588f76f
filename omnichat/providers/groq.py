"""Groq: open models on fast hardware."""

from omnichat.capabilities import NOTHING, Capability
from omnichat.endpoints.openai import HEARS, OpenAIEndpoints
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
    endpoints=OpenAIEndpoints(offers=HEARS | Capability.EMBEDDINGS | Capability.SPEECH | Capability.STORAGE),
    can=PLAIN,
    skills={
        "meta-llama/llama-4": PLAIN | Capability.VISION,
        "openai/gpt-oss": PLAIN | Capability.THINKING,
        "qwen/qwen3": PLAIN | Capability.THINKING,
        "deepseek-r1": PLAIN | Capability.THINKING,
        "groq/compound": PLAIN | Capability.THINKING | Capability.SEARCH,
        "whisper": HEARS,
        "playai-tts": Capability.SPEECH,
        "canopylabs/orpheus": Capability.SPEECH,
        "meta-llama/llama-guard": NOTHING,
        "meta-llama/llama-prompt-guard": NOTHING,
    },
    also=Capability.RESPONSES,
)
