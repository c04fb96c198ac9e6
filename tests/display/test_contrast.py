"""The token file must keep the measured contrast: axe does not test bars, edges or states."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
TEXT, GRAPHIC = 4.5, 3.0
TINTED = ("critical", "warning", "held", "info", "done")
PAIRS = [
    ("ink", "surface", 7),
    ("ink", "page", 7),
    ("ink", "hover", 7),
    ("ink-2", "surface", 7),
    ("ink-2", "page", TEXT),
    ("ink-2", "sunken", TEXT),
    ("ink-3", "surface", TEXT),
    ("ink-3", "page", TEXT),
    ("ink-3", "sunken", TEXT),
    ("ink-2", "critical-tint", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "page", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("rail-ink", "rail", 7),
    ("on-critical", "critical", TEXT),
    ("on-critical", "critical-hover", TEXT),
    ("on-warning", "warning", TEXT),
    ("on-held", "held", TEXT),
    ("dose-low-ink", "dose-low", TEXT),
    ("dose-full-ink", "dose-full", TEXT),
    ("ink", "bag-used", TEXT),
    ("edge", "surface", GRAPHIC),
    ("critical", "surface", GRAPHIC),
    ("critical", "sunken", GRAPHIC),
    ("warning-bar", "sunken", GRAPHIC),
    ("held", "sunken", GRAPHIC),
    ("bag", "sunken", GRAPHIC),
    ("done", "surface", GRAPHIC),
    *[(f"{level}-ink", f"{level}-tint", 7) for level in TINTED],
    *[(f"{level}-ink", "surface", TEXT) for level in TINTED],
]


def tokens_of(theme):
    light, dark = TOKENS.split('[data-theme="dark"]')
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read(theme, front, back, least):
    tokens = tokens_of(theme)
    measured = contrast(tokens[front], tokens[back])
    assert measured >= least, f"{front} on {back}, {theme}: {measured:.2f} is under {least}"


def test_the_measure_itself_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_themes_name_the_same_colours():
    light, dark = TOKENS.split('[data-theme="dark"]')
    names = set(re.findall(r"--([\w-]+): #", light))
    assert names == set(re.findall(r"--([\w-]+): #", dark))


def test_styles_use_only_tokens_that_exist():
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | {"row-edge"}
    of_label = set(re.findall(r"--([\w-]+):", (CSS / "label.css").read_text()))
    for sheet in sorted(CSS.glob("*.css")):
        used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text()))
        # The sheets of the bag label measure in millimetres of their own.
        own = of_label if sheet.name.startswith("label") else set()
        assert used <= known | own, f"{sheet.name}: {used - known - own}"
