"""`manage.py check --deploy`: in production, mail must really leave."""

from django.conf import settings
from django.core.checks import Tags, Warning, register

GOES_NOWHERE = ("console", "filebased", "locmem", "dummy")


@register(Tags.security, deploy=True)
def mail_leaves(app_configs, **kwargs) -> list[Warning]:
    """A mail that is printed counts as sent, and nobody is reminded by it."""
    kind = settings.EMAIL_BACKEND.split(".")[-2]
    if not settings.PRODUCTION or kind not in GOES_NOWHERE:
        return []
    return [
        Warning(
            f"Reminders by mail go nowhere: the mail backend is {kind}.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587.",
            id="notifications.W001",
        )
    ]
