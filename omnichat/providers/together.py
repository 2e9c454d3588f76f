"""Together AI: open models."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import Efforts, levels
from omnichat.endpoints.together import TogetherEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON
SWITCH: Efforts = {"none": {"reasoning": {"enabled": False}}, "medium": {"reasoning": {"enabled": True}}}

PROVIDER = Provider(
    name="together",
    title="Together AI",
    base_url="https://api.together.ai/v1",
    dialect=OpenAIDialect(
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION,
        parameters=PARAMETERS,
        efforts=((re.compile("openai/gpt-oss"), levels("low", "medium", "high")), (re.compile(""), SWITCH)),
    ),
    key_env="TOGETHER_API_KEY",
    key_envs=("TOGETHERAI_API_KEY",),
    docs_url="https://docs.together.ai",
    keys_url="https://api.together.ai/settings/api-keys",
    endpoints=TogetherEndpoints(),
    can=PLAIN,
    skills={
        "deepseek-ai/DeepSeek-R1": PLAIN | Capability.THINKING,
        "deepseek-ai/DeepSeek-V4": PLAIN | Capability.THINKING,
        "openai/gpt-oss": PLAIN | Capability.THINKING,
        "Qwen/Qwen3": PLAIN | Capability.THINKING,
        **dict.fromkeys(("zai-org/GLM", "moonshotai/Kimi"), PLAIN | Capability.THINKING),
        "meta-llama/Llama-4": PLAIN | Capability.VISION,
        "black-forest-labs/": Capability.IMAGES,
    },
)
