"""The colours as data: tokens for light and dark, and one hue for each model provider."""

from math import cos, radians, sin

LIGHT = {
    "canvas": "#f7f6f3",
    "rail": "#f0eeea",
    "surface": "#ffffff",
    "raised": "#ffffff",
    "sunken": "#f5f3ef",
    "hover": "#eceae4",
    "line": "#e5e2db",
    "line-strong": "#8d887e",
    "text": "#1c1b19",
    "text-2": "#504d47",
    "text-3": "#68645c",
    "accent": "#3345d3",
    "accent-hover": "#2837b4",
    "on-accent": "#ffffff",
    "accent-soft": "#eceefc",
    "accent-text": "#2e3ec4",
    "ink": "#1c1b19",
    "on-ink": "#fbfaf8",
    "ok": "#17693f",
    "ok-soft": "#e5f3ea",
    "warn": "#7d5000",
    "warn-soft": "#fbf0d9",
    "bad": "#ab231b",
    "bad-soft": "#fceae8",
    "code-key": "#7a2fa0",
    "code-str": "#1d6b3a",
    "code-num": "#9a4a00",
    "code-def": "#2440bf",
    "code-note": "#68645c",
    "diff-add": "#dcf1e3",
    "diff-cut": "#fbe1de",
    "scrim": "rgb(28 27 25 / .38)",
    "shadow-1": "0 1px 2px rgb(40 36 28 / .05)",
    "shadow-2": "0 1px 2px rgb(40 36 28 / .06), 0 10px 28px -6px rgb(40 36 28 / .13)",
    "shadow-3": "0 2px 6px rgb(40 36 28 / .07), 0 28px 70px -12px rgb(40 36 28 / .28)",
}
DARK = {
    "canvas": "#121314",
    "rail": "#0d0e0f",
    "surface": "#1a1b1d",
    "raised": "#212327",
    "sunken": "#141517",
    "hover": "#2a2c30",
    "line": "#2d2f33",
    "line-strong": "#7c8087",
    "text": "#edece9",
    "text-2": "#bab8b3",
    "text-3": "#999690",
    "accent": "#9dabff",
    "accent-hover": "#b6c0ff",
    "on-accent": "#0d1236",
    "accent-soft": "#252a4d",
    "accent-text": "#abb7ff",
    "ink": "#edece9",
    "on-ink": "#141517",
    "ok": "#74d19d",
    "ok-soft": "#17301f",
    "warn": "#ebbd6f",
    "warn-soft": "#332812",
    "bad": "#ff9f96",
    "bad-soft": "#321c1a",
    "code-key": "#d3a2f2",
    "code-str": "#8fd3a4",
    "code-num": "#eeb27a",
    "code-def": "#a3b4ff",
    "code-note": "#999690",
    "diff-add": "#1b3a27",
    "diff-cut": "#472422",
    "scrim": "rgb(0 0 0 / .6)",
    "shadow-1": "0 1px 2px rgb(0 0 0 / .4)",
    "shadow-2": "0 0 0 1px rgb(255 255 255 / .04), 0 12px 32px -6px rgb(0 0 0 / .6)",
    "shadow-3": "0 0 0 1px rgb(255 255 255 / .06), 0 30px 80px -10px rgb(0 0 0 / .8)",
}
HUES = {  # angle on the OKLCH wheel: equal lightness makes equal voices
    "rose": 8,
    "coral": 38,
    "amber": 72,
    "olive": 110,
    "leaf": 142,
    "jade": 168,
    "teal": 196,
    "sky": 228,
    "azure": 256,
    "iris": 284,
    "violet": 308,
    "orchid": 338,
}
ROLES = {  # role: ((lightness, chroma) in light, the same in dark)
    "ink": ((0.45, 0.115), (0.83, 0.095)),
    "tile": ((0.935, 0.04), (0.31, 0.05)),
    "thread": ((0.62, 0.145), (0.70, 0.13)),
}
PROVIDERS = {
    "anthropic": "coral",
    "openai": "jade",
    "groq": "rose",
    "google": "azure",
    "mistral": "amber",
    "deepseek": "iris",
    "qwen": "violet",
    "local": "sky",
    "cohere": "leaf",
    "openrouter": "teal",
    "xai": "olive",
    "custom": "orchid",
}
OKLAB = ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
TO_RED = (4.0767416621, -3.3077115913, 0.2309699292)
TO_GREEN = (-1.2684380046, 2.6097574011, -0.3413193965)
TO_BLUE = (-0.0041960863, -0.7034186147, 1.7076147010)


def hue_of(provider: str) -> str:
    """Name the class that sets a lane's three colours: known, else the same one each time; none stays grey."""
    if not provider:
        return ""
    return f"h-{PROVIDERS.get(provider) or list(HUES)[sum(provider.encode()) % len(HUES)]}"


def hue(name: str, *, dark: bool) -> dict[str, str]:
    """Say the three colours of one lane as hex, by token name."""
    return {f"h-{role}": oklch(*pair[dark], HUES[name]) for role, pair in ROLES.items()}


def oklch(lightness: float, chroma: float, angle: float) -> str:
    """Convert to a hex colour, giving up chroma until the screen can show it."""
    while True:
        a, b = chroma * cos(radians(angle)), chroma * sin(radians(angle))
        cones = [(lightness + x * a + y * b) ** 3 for x, y in OKLAB]
        linear = [sum(k * c for k, c in zip(row, cones, strict=True)) for row in (TO_RED, TO_GREEN, TO_BLUE)]
        if all(-0.0005 <= part <= 1.0005 for part in linear):
            return "#" + "".join(f"{round(255 * _gamma(min(1.0, max(0.0, part)))):02x}" for part in linear)
        chroma -= 0.004


def contrast(one: str, other: str) -> float:
    """Measure the contrast of two hex colours as WCAG 2 does, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
