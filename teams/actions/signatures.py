"""Signing: the person proves who they are inside the form that is signed."""

import hashlib
import json
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import plain, subject_of
from audit.queries import refusals_since
from commands.refusals import refuse
from teams.models import Signature, User

WRONG_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
WRONG_PASSWORD = "signature.wrong_password"  # noqa: S105


def digest_of(content: dict) -> str:
    return hashlib.sha256(json.dumps(plain(content), sort_keys=True).encode()).hexdigest()


def prove(*, user: User, password: str, field: str = "password") -> None:
    """Refuses a wrong password; five refusals in 15 minutes lock signing (never a stop).

    The tries are counted in the audit record, which outlives the rollback of a refusal."""
    since = timezone.now() - LOCKED_FOR
    if refusals_since(actor=user, reason=WRONG_PASSWORD, since=since) >= WRONG_TRIES:
        refuse(
            "signature.locked", _("Too many wrong passwords. Signing opens again in 15 minutes.")
        )
    if not user.is_active or not user.check_password(password):
        refuse(WRONG_PASSWORD, _("That is not your password."), field=field)


def sign(*, by: User, password: str, meaning: str, statement: str, subject, content: dict, at):
    """One signature, bound to what was signed. Returns the Signature row."""
    prove(user=by, password=password)
    return Signature.objects.create(
        signer=by,
        printed_name=str(by),
        role=by.role,
        licence=by.licence,
        at=at,
        meaning=meaning,
        statement=statement,
        subject=subject if isinstance(subject, str) else subject_of(subject),
        content=plain(content),
        content_sha256=digest_of(content),
    )
