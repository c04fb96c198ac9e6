"""The mail with which a person sets their password. The link is allauth's own, and works once."""

from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from commands.refusals import refuse
from teams.models import User


def password_link(user: User) -> str:
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=parts)


def send_password_link(*, user: User, template: str, by: User) -> None:
    """Sent inside the transaction: when the mail cannot go out, nothing is saved."""
    words = {"person": user, "by": by, "link": password_link(user), "site_url": settings.SITE_URL}
    try:
        send_mail(
            subject=_("Your Infusion Coord account"),
            message=render_to_string(template, words),
            from_email=None,
            recipient_list=[user.email],
        )
    except (SMTPException, OSError):
        refuse(
            "people.mail_failed",
            _("The mail could not be sent, so nothing was saved. Check the address and try again."),
            field="email",
        )
