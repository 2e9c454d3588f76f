"""vLLM: a server of your own."""

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import HEARS, TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PROVIDER = Provider(
    name="vllm",
    title="vLLM",
    base_url="http://127.0.0.1:8000/v1",
    dialect=OpenAIDialect(thinking_fields=("reasoning", "reasoning_content"), takes=Capability.VISION),
    key_env="VLLM_API_KEY",
    docs_url="https://docs.vllm.ai",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=TEXTS | HEARS, packs=True),
    can=Capability.CHAT | Capability.STREAMING | Capability.JSON,
    also=Capability.RESPONSES,
)
