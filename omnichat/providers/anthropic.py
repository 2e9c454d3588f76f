"""Anthropic: the Messages API behind the Claude models."""

from omnichat.anthropic_dialect import CLAUDE, CLAUDES, AnthropicDialect
from omnichat.endpoints.anthropic import AnthropicEndpoints
from omnichat.provider import Provider

PROVIDER = Provider(
    name="anthropic",
    title="Anthropic",
    base_url="https://api.anthropic.com",
    dialect=AnthropicDialect(),
    key_env="ANTHROPIC_API_KEY",
    key_envs=("ANTHROPIC_AUTH_TOKEN",),
    docs_url="https://platform.claude.com/docs",
    keys_url="https://platform.claude.com/settings/keys",
    endpoints=AnthropicEndpoints(paths={"/files": "/v1/files"}),
    can=CLAUDE,
    skills=CLAUDES,
)
