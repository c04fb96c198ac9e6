"""Writing SVG as text: numbers short, words escaped, no style attribute anywhere."""

from html import escape

from django.utils.safestring import mark_safe


def number(value):
    """Coordinates need one decimal; drawing is the only place where floats are allowed."""
    return f"{float(value):.1f}".removesuffix(".0")


def attribute(name, value):
    text = value if isinstance(value, str) else number(value)
    return f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"'


def tag(name, *inside, **attributes):
    """`tag("rect", class_="bag", x=0, width=10)`; children are text already made by `tag`."""
    shown = "".join(attribute(k, v) for k, v in attributes.items() if v is not None)
    body = "".join(inside)
    return f"<{name}{shown}>{body}</{name}>" if body else f"<{name}{shown}/>"


def text(words, **attributes):
    return tag("text", escape(str(words)), **attributes)


def title(words):
    return tag("title", escape(str(words)))


def group(*inside, label="", **attributes):
    """A group with its hover title; nothing inside means nothing drawn."""
    return tag("g", title(label) if label else "", *inside, **attributes)


def picture(*inside, width, height, label, role="img", **attributes):
    """A whole drawing with its name for screen readers; "group" when parts of it can be used."""
    box = f"0 0 {number(width)} {number(height)}"
    return tag("svg", *inside, viewBox=box, role=role, aria_label=label, **attributes)


def safe(drawn):
    return mark_safe(drawn)
