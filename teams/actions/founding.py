"""An empty database gets its organisation and first administrator; everybody else is invited."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from audit.actions import record
from teams.actions.people import facts_of
from teams.models import Organisation, Role, User


class AlreadyFounded(Exception):
    """There is an organisation: its administrator invites people."""


@transaction.atomic
def found(*, organisation: str, username: str, email: str, at: datetime) -> User:
    """The administrator, without a password: `password_link` lets them set it."""
    if Organisation.objects.exists():
        raise AlreadyFounded
    home = Organisation.objects.create(name=organisation, is_training=settings.TRAINING)
    first = User(
        username=username,
        email=email,
        role=Role.ADMINISTRATOR,
        organisation=home,
        invited_at=at,
    )
    first.set_unusable_password()
    first.full_clean()
    first.save()
    after = {"organisation": organisation, **facts_of(first)}
    record(
        verb="invited_person", subject=first, by="system:first_administrator", at=at, after=after
    )
    return first
