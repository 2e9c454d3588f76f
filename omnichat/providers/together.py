"""Together AI: open models."""

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import DRAWS, HEARS, TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="together",
    title="Together AI",
    base_url="https://api.together.ai/v1",
    dialect=OpenAIDialect(thinking_fields=("reasoning", "reasoning_content"), takes=Capability.VISION),
    key_env="TOGETHER_API_KEY",
    key_envs=("TOGETHERAI_API_KEY",),
    docs_url="https://docs.together.ai",
    keys_url="https://api.together.ai/settings/api-keys",
    endpoints=OpenAIEndpoints(
        offers=TEXTS | HEARS | DRAWS | Capability.SPEECH,
        paths={"/images/edits": "/images/generations"},
        pictures=lambda urls: {"image_url": urls[0]},
    ),
    can=PLAIN,
    skills={
        "deepseek-ai/DeepSeek-R1": PLAIN | Capability.THINKING,
        "deepseek-ai/DeepSeek-V4": PLAIN | Capability.THINKING,
        "openai/gpt-oss": PLAIN | Capability.THINKING,
        "Qwen/Qwen3": PLAIN | Capability.THINKING,
        "zai-org/GLM": PLAIN | Capability.THINKING,
        "moonshotai/Kimi": PLAIN | Capability.THINKING,
        "meta-llama/Llama-4": PLAIN | Capability.VISION,
        "black-forest-labs/": Capability.IMAGES,
    },
)
