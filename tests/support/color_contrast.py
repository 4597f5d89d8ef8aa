"""How well colours of a stylesheet stand out from each other."""

import re


def palette(stylesheet: str, *, dark: bool) -> dict[str, str]:
    """Colours by name, of one that begins with those for light and has those for dark next."""
    light, rest = stylesheet.split("@media", 1)
    part = rest.partition("\n}\n")[0] if dark else light
    return dict(re.findall(r"--([\w-]+): (#\w{6});", part))


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    dark, bright = sorted([_luminance(one), _luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
