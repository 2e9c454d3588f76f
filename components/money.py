"""US dollars as people read them."""

from __future__ import annotations


def dollars(value: float) -> str:
    """Return US dollars, as exact as the amount is small: ``$14``, ``$1.90``, ``$0.075``."""
    if value >= 10:
        return f"${value:,.0f}" if value == round(value) or value >= 100 else f"${value:.2f}"
    if value and value < 0.095:
        return f"${value:.2g}" if value >= 0.0001 else "< $0.0001"
    return f"${value:.0f}" if value == round(value) else f"${value:.2f}"
