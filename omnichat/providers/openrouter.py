"""OpenRouter: many companies' models behind one key."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import ORDER
from omnichat.endpoints.openrouter import OpenRouterEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.parameters import PARAMETERS
from omnichat.provider import Provider

SOME = (Capability.THINKING | Capability.VISION | Capability.FILES | Capability.AUDIO) | (
    Capability.TOOLS | Capability.JSON | Capability.SEARCH | Capability.LOGPROBS
)

PROVIDER = Provider(
    name="openrouter",
    title="OpenRouter",
    base_url="https://openrouter.ai/api/v1",
    dialect=OpenAIDialect(
        thinking_fields=("reasoning", "reasoning_content"),
        echoes=frozenset({"reasoning_details"}),
        asks_for_usage=False,
        parameters=PARAMETERS,
        efforts=((re.compile(""), {level: {"reasoning": {"effort": level}} for level in ORDER}),),
        search={"plugins": [{"id": "web"}]},
        extra_headers={"X-OpenRouter-Title": "OmniChat"},
    ),
    key_env="OPENROUTER_API_KEY",
    docs_url="https://openrouter.ai/docs",
    lists_openly=True,
    keys_url="https://openrouter.ai/settings/keys",
    endpoints=OpenRouterEndpoints(),
    can=Capability.CHAT | Capability.STREAMING,
    also=SOME | Capability.RESPONSES,
)
