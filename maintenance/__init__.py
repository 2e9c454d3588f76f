"""Verbs for whoever keeps OmniChat: python -m maintenance.<verb>, each calling one service."""
