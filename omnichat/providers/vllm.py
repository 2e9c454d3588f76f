"""vLLM: a server of your own."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import Efforts, levels
from omnichat.endpoints.openai import HEARS, TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

SWITCH: Efforts = {
    "none": {"chat_template_kwargs": {"enable_thinking": False}},
    "medium": {"chat_template_kwargs": {"enable_thinking": True}},
}

PROVIDER = Provider(
    name="vllm",
    title="vLLM",
    base_url="http://127.0.0.1:8000/v1",
    dialect=OpenAIDialect(
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION | Capability.AUDIO,
        parameters=PARAMETERS,
        efforts=((re.compile(".*gpt-oss"), levels("low", "medium", "high")), (re.compile(""), SWITCH)),
    ),
    key_env="VLLM_API_KEY",
    docs_url="https://docs.vllm.ai",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=TEXTS | HEARS, packs=True),
    can=Capability.CHAT | Capability.STREAMING | Capability.JSON,
    also=Capability.RESPONSES,
)
