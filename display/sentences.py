"""Sentences of the core in the language of the page."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from display.formats import elapsed, moment_of
from protocol.sentences import Sentence


def said(text) -> str:
    """A sentence of the core, translated, with its times as pages write them; any other text as it
    is."""
    if not isinstance(text, Sentence):
        return str(text)
    if not text.template:
        return " ".join(said(part) for part in text.values["parts"])
    values = {name: value_of(value) for name, value in text.values.items()}
    return gettext(text.template) % values


def value_of(value) -> str:
    if isinstance(value, datetime):
        return moment_of(value)
    if isinstance(value, timedelta):
        return elapsed(value)
    if isinstance(value, tuple):
        return ", ".join(map(value_of, value))
    return said(value)
