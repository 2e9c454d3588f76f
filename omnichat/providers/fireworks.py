"""Fireworks AI: open models on fast hardware."""

from omnichat.capabilities import Capability
from omnichat.endpoints.fireworks import HEARING, FireworksEndpoints
from omnichat.endpoints.openai import HEARS, TEXTS
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="fireworks",
    title="Fireworks AI",
    base_url="https://api.fireworks.ai/inference/v1",
    dialect=OpenAIDialect(takes=Capability.VISION),
    key_env="FIREWORKS_API_KEY",
    key_envs=("FIREWORKS_AI_API_KEY",),
    docs_url="https://docs.fireworks.ai",
    keys_url="https://app.fireworks.ai/settings/users/api-keys",
    endpoints=FireworksEndpoints(
        offers=TEXTS | HEARS | Capability.IMAGES,
        bases={"/audio/transcriptions": HEARING, "/audio/translations": HEARING},
    ),
    can=PLAIN,
    skills={
        "accounts/fireworks/models/deepseek-r1": PLAIN | Capability.THINKING,
        "accounts/fireworks/models/deepseek-v4": PLAIN | Capability.THINKING,
        "accounts/fireworks/models/gpt-oss": PLAIN | Capability.THINKING,
        "accounts/fireworks/models/qwen3": PLAIN | Capability.THINKING,
        "accounts/fireworks/models/glm": PLAIN | Capability.THINKING,
        "accounts/fireworks/models/kimi-k2-thinking": PLAIN | Capability.THINKING,
        "accounts/fireworks/models/llama4": PLAIN | Capability.VISION,
        "accounts/fireworks/models/flux": Capability.IMAGES,
    },
    also=Capability.RESPONSES,
)
