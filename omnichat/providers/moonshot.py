"""Moonshot AI: the Kimi models."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import Efforts
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON
SWITCH: Efforts = {"none": {"thinking": {"type": "disabled"}}, "medium": {"thinking": {"type": "enabled"}}}
NEWER = re.compile(r"kimi-(k2\.[5-9]|k[3-9])")

PROVIDER = Provider(
    name="moonshot",
    title="Moonshot AI",
    base_url="https://api.moonshot.ai/v1",
    dialect=OpenAIDialect(
        takes=Capability.VISION,
        echoes=frozenset({"reasoning_content"}),
        json_mode="object",
        parameters=PARAMETERS - {"top_k", "seed", "parallel_tool_calls", "logprobs"},
        efforts=((NEWER, SWITCH),),
        no_sampling=NEWER,
    ),
    key_env="MOONSHOT_API_KEY",
    key_envs=("KIMI_API_KEY",),
    docs_url="https://platform.moonshot.ai/docs",
    keys_url="https://platform.moonshot.ai/console/api-keys",
    endpoints=OpenAIEndpoints(offers=Capability.STORAGE),
    can=PLAIN,
    skills={
        "kimi-k2": PLAIN | Capability.THINKING,
        **dict.fromkeys(("kimi-k2.", "kimi-k3"), PLAIN | Capability.THINKING | Capability.VISION),
        "kimi-latest": PLAIN | Capability.VISION,
        **{f"moonshot-v1-{size}k-vision": PLAIN | Capability.VISION for size in (8, 32, 128)},
    },
)
