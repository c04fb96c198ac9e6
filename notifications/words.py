"""The fixed words of a message, from the same files that the e-mail uses."""

from django.template.loader import render_to_string


def sentence_of(message) -> str:
    return render_to_string(f"notifications/messages/{message.template}.subject").strip()
