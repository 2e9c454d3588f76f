"""Z.AI: the GLM models."""

import re

from omnichat.capabilities import NOTHING, Capability
from omnichat.effort import Efforts
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS, SAMPLING
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON
SWITCH: Efforts = {"none": {"thinking": {"type": "disabled"}}, "medium": {"thinking": {"type": "enabled"}}}

PROVIDER = Provider(
    name="zai",
    title="Z.AI",
    base_url="https://api.z.ai/api/paas/v4",
    dialect=OpenAIDialect(
        asks_for_usage=False,
        takes=Capability.VISION,
        echoes=frozenset({"reasoning_content"}),
        json_mode="object",
        parameters=PARAMETERS - SAMPLING - {"seed", "parallel_tool_calls"} | {"temperature", "top_p"},
        efforts=((re.compile(r"glm-(4\.[5-9]|[5-9])"), SWITCH),),
    ),
    key_env="ZAI_API_KEY",
    key_envs=("Z_AI_API_KEY", "ZHIPUAI_API_KEY"),
    docs_url="https://docs.z.ai",
    keys_url="https://z.ai/manage-apikey/apikey-list",
    endpoints=OpenAIEndpoints(offers=Capability.EMBEDDINGS | Capability.IMAGES),
    can=PLAIN | Capability.THINKING,
    skills={
        "glm-4-32b": PLAIN,
        **{f"glm-{size}v": PLAIN | Capability.THINKING | Capability.VISION for size in ("4.5", "4.6", "5")},
        "glm-ocr": NOTHING,
        **dict.fromkeys(("cogview", "glm-image"), Capability.IMAGES),
        "embedding": Capability.EMBEDDINGS,
    },
)
