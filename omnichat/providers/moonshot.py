"""Moonshot AI: the Kimi models."""

import re

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="moonshot",
    title="Moonshot AI",
    base_url="https://api.moonshot.ai/v1",
    dialect=OpenAIDialect(takes=Capability.VISION, no_sampling=re.compile(r"kimi-(k2\.[5-9]|k[3-9])")),
    key_env="MOONSHOT_API_KEY",
    key_envs=("KIMI_API_KEY",),
    docs_url="https://platform.moonshot.ai/docs",
    keys_url="https://platform.moonshot.ai/console/api-keys",
    endpoints=OpenAIEndpoints(offers=Capability.STORAGE),
    can=PLAIN,
    skills={
        "kimi-k2": PLAIN | Capability.THINKING,
        "kimi-k2.5": PLAIN | Capability.THINKING | Capability.VISION,
        "kimi-k2.6": PLAIN | Capability.THINKING | Capability.VISION,
        "kimi-k2.7": PLAIN | Capability.THINKING | Capability.VISION,
        "kimi-k3": PLAIN | Capability.THINKING | Capability.VISION,
        "kimi-latest": PLAIN | Capability.VISION,
        "moonshot-v1-8k-vision": PLAIN | Capability.VISION,
        "moonshot-v1-32k-vision": PLAIN | Capability.VISION,
        "moonshot-v1-128k-vision": PLAIN | Capability.VISION,
    },
)
