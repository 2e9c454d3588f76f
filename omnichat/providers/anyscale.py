"""Anyscale: services of your own, at an address you give; its public endpoints are closed."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import Efforts, levels
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

SWITCH: Efforts = {
    "none": {"chat_template_kwargs": {"enable_thinking": False}},
    "medium": {"chat_template_kwargs": {"enable_thinking": True}},
}

PROVIDER = Provider(
    name="anyscale",
    title="Anyscale",
    base_url="",
    dialect=OpenAIDialect(
        thinking_fields=("reasoning", "reasoning_content"),
        takes=Capability.VISION | Capability.AUDIO,
        parameters=PARAMETERS,
        efforts=((re.compile(".*gpt-oss"), levels("low", "medium", "high")), (re.compile(""), SWITCH)),
    ),
    key_env="ANYSCALE_API_KEY",
    docs_url="https://docs.anyscale.com",
    keys_url="https://console.anyscale.com",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=TEXTS),
    can=Capability.CHAT | Capability.STREAMING,
)
