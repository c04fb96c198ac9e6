"""Languages people may be taught in. Names only; whoever speaks another one is written by code."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = {
    "en": _("English"),
    "es": _("Spanish"),
    "fr": _("French"),
    "ar": _("Arabic"),
    "de": _("German"),
    "hi": _("Hindi"),
    "it": _("Italian"),
    "ko": _("Korean"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "ru": _("Russian"),
    "so": _("Somali"),
    "uk": _("Ukrainian"),
    "ur": _("Urdu"),
    "vi": _("Vietnamese"),
    "zh": _("Chinese"),
}


def language_name(code: str) -> str:
    """`es-MX` reads "Spanish"; an unlisted code reads as itself."""
    return str(LANGUAGES.get(code.split("-")[0].lower(), code))
