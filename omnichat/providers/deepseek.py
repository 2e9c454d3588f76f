"""DeepSeek: its own models."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import ORDER, Efforts, levels
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON
EFFORTS: Efforts = {**levels(*ORDER), "none": {"thinking": {"type": "disabled"}}}

PROVIDER = Provider(
    name="deepseek",
    title="DeepSeek",
    base_url="https://api.deepseek.com",
    dialect=OpenAIDialect(
        takes=NOTHING,
        echoes=frozenset({"reasoning_content"}),
        json_mode="object",
        no_force_while_thinking=True,
        parameters=PARAMETERS - {"top_k", "seed", "parallel_tool_calls"},
        efforts=((re.compile(""), EFFORTS),),
    ),
    key_env="DEEPSEEK_API_KEY",
    docs_url="https://api-docs.deepseek.com",
    keys_url="https://platform.deepseek.com/api_keys",
    endpoints=OpenAIEndpoints(offers=Capability.COMPLETIONS, paths={"/completions": "/beta/completions"}),
    can=PLAIN | Capability.THINKING,
    skills={"deepseek-chat": PLAIN},
    also=Capability.RESPONSES,
)
