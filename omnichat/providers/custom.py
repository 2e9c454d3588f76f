"""Custom: any server that speaks OpenAI's chat completions; somebody has to say where it is."""

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import EVERYTHING, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PROVIDER = Provider(
    name="custom",
    title="Custom server",
    base_url="",
    dialect=OpenAIDialect(),
    key_env="CUSTOM_API_KEY",
    docs_url="https://platform.openai.com/docs/api-reference/chat",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=EVERYTHING),
    can=Capability.CHAT | Capability.STREAMING,
)
