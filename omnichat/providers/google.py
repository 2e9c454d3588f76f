"""Google AI Studio: the Gemini models, by their own API."""

from omnichat.endpoints.google import GoogleEndpoints
from omnichat.gemini_dialect import SKILLS, THINKS, GeminiDialect
from omnichat.provider import Provider

DIALECT = GeminiDialect()

PROVIDER = Provider(
    name="google",
    title="Google AI Studio",
    base_url="https://generativelanguage.googleapis.com/v1beta",
    dialect=DIALECT,
    key_env="GOOGLE_API_KEY",
    key_envs=("GEMINI_API_KEY",),
    docs_url="https://ai.google.dev/gemini-api/docs",
    keys_url="https://aistudio.google.com/apikey",
    endpoints=GoogleEndpoints(place=DIALECT.path),
    can=THINKS,
    skills=SKILLS,
    realtime="gemini",
)
