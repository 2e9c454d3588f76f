"""Custom, by responses: any server that speaks OpenAI's Responses API; somebody has to say where it is."""

import re

from omnichat.capabilities import Capability
from omnichat.effort import ORDER
from omnichat.endpoints.openai import EVERYTHING, OpenAIEndpoints
from omnichat.provider import Provider
from omnichat.responses_dialect import ResponsesDialect, reasons

PROVIDER = Provider(
    name="custom_responses",
    title="Custom server (Responses)",
    base_url="",
    dialect=ResponsesDialect(efforts=((re.compile(""), reasons(*ORDER)),)),
    key_env="CUSTOM_RESPONSES_API_KEY",
    docs_url="https://platform.openai.com/docs/api-reference/responses",
    key_needed=False,
    endpoints=OpenAIEndpoints(offers=EVERYTHING),
    can=Capability.CHAT | Capability.STREAMING,
    also=Capability.RESPONSES,
)
