"""Every model, one voice: OpenAI's call shapes for any provider; knows no database and no screen."""
