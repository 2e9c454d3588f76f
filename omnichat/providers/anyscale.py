"""Anyscale: services of your own, at an address you give; its public endpoints are closed."""

from omnichat.capabilities import Capability
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Provider

PROVIDER = Provider(
    name="anyscale",
    title="Anyscale",
    base_url="",
    dialect=OpenAIDialect(takes=Capability.VISION),
    key_env="ANYSCALE_API_KEY",
    docs_url="https://docs.anyscale.com",
    keys_url="https://console.anyscale.com",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=TEXTS),
    can=Capability.CHAT | Capability.STREAMING,
)
