"""E-mail with fixed words: no patient data, only the place, the need, the time and a link."""

import os
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

# Fault tests make sending slow, to hit a worker in the middle of it.
SLOW_S = float(os.environ.get("OUTBOX_SLOW_S", "0"))


def send(message, *, is_repeat: bool) -> None:
    """Hands the mail to the server, with a key that is the same on every attempt."""
    time.sleep(SLOW_S)
    words = _words(message)
    folder = f"notifications/messages/{message.template}"
    subject = render_to_string(f"{folder}.subject", words).strip()
    if is_repeat:
        subject = _("Repeat: %(subject)s") % {"subject": subject}
    EmailMessage(
        subject=subject,
        body=render_to_string(f"{folder}.txt", words),
        to=[message.to.email],
        headers={"Message-ID": f"<{message.uuid}@infusion-coord>", "X-Key": str(message.uuid)},
    ).send(fail_silently=False)


def _words(message) -> dict:
    context = message.context
    due_at = context.get("due_at")
    local = datetime.fromisoformat(due_at).astimezone(ZoneInfo(context["zone"])) if due_at else None
    return {
        "site": context.get("site", ""),
        "when": local.strftime("%Y-%m-%d %H:%M %Z") if local else "",
        "link": f"{settings.SITE_URL}{message.path}" if message.path else "",
    }
