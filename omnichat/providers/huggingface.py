"""Hugging Face: its router, and dedicated endpoints at an address of their own, with its ``/v1``."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import levels
from omnichat.endpoints.huggingface import HuggingFaceEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="huggingface",
    title="Hugging Face",
    base_url="https://router.huggingface.co/v1",
    dialect=OpenAIDialect(
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION,
        efforts=((re.compile(""), levels("low", "medium", "high")),),
        extra_headers={"X-Scale-Up-Timeout": "600"},
    ),
    key_env="HUGGINGFACE_API_KEY",
    key_envs=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    docs_url="https://huggingface.co/docs/inference-providers",
    lists_openly=True,
    keys_url="https://huggingface.co/settings/tokens",
    endpoints=HuggingFaceEndpoints(),
    can=PLAIN,
    skills={
        "deepseek-ai/DeepSeek-R1": PLAIN | Capability.THINKING,
        "openai/gpt-oss": PLAIN | Capability.THINKING,
        "Qwen/Qwen3": PLAIN | Capability.THINKING,
        "zai-org/GLM": PLAIN | Capability.THINKING,
    },
    also=Capability.RESPONSES,
)
