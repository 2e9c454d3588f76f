"""OpenRouter: many companies' models behind one key."""

from omnichat.capabilities import Capability
from omnichat.endpoints.openrouter import OpenRouterEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PROVIDER = Provider(
    name="openrouter",
    title="OpenRouter",
    base_url="https://openrouter.ai/api/v1",
    dialect=OpenAIDialect(
        thinking_fields=("reasoning", "reasoning_content"),
        asks_for_usage=False,
        extra_headers={"X-OpenRouter-Title": "OmniChat"},
    ),
    key_env="OPENROUTER_API_KEY",
    docs_url="https://openrouter.ai/docs",
    keys_url="https://openrouter.ai/settings/keys",
    endpoints=OpenRouterEndpoints(),
    can=Capability.CHAT | Capability.STREAMING,
    also=Capability.RESPONSES,
)
