"""Fireworks AI: open models on fast hardware."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import levels
from omnichat.endpoints.fireworks import FireworksEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="fireworks",
    title="Fireworks AI",
    base_url="https://api.fireworks.ai/inference/v1",
    dialect=OpenAIDialect(
        takes=Capability.VISION,
        parameters=PARAMETERS,
        efforts=((re.compile(""), levels("none", "low", "medium", "high")),),
    ),
    key_env="FIREWORKS_API_KEY",
    key_envs=("FIREWORKS_AI_API_KEY",),
    docs_url="https://docs.fireworks.ai",
    keys_url="https://app.fireworks.ai/settings/users/api-keys",
    endpoints=FireworksEndpoints(),
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
