"""Measure OmniChat against its bars: ``python -m maintenance.benchmark``; nothing leaves this computer."""
