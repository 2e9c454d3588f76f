"""Local: model files in a folder of ours, run by llama.cpp in a child process."""

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PROVIDER = Provider(
    name="local",
    title="This computer",
    base_url="",
    dialect=OpenAIDialect(takes=Capability(0)),
    key_env=None,
    docs_url="https://github.com/ggml-org/llama.cpp",
    key_needed=False,
    continues=True,
    endpoints=OpenAIEndpoints(offers=TEXTS, packs=True),
    can=Capability.CHAT | Capability.STREAMING,
    also=Capability.RESPONSES,
)
