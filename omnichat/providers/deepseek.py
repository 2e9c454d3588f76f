"""DeepSeek: its own models."""

from omnichat.capabilities import NOTHING, Capability
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON

PROVIDER = Provider(
    name="deepseek",
    title="DeepSeek",
    base_url="https://api.deepseek.com",
    dialect=OpenAIDialect(takes=NOTHING),
    key_env="DEEPSEEK_API_KEY",
    docs_url="https://api-docs.deepseek.com",
    keys_url="https://platform.deepseek.com/api_keys",
    endpoints=OpenAIEndpoints(offers=Capability.COMPLETIONS, paths={"/completions": "/beta/completions"}),
    can=PLAIN | Capability.THINKING,
    skills={"deepseek-chat": PLAIN},
    also=Capability.RESPONSES,
)
