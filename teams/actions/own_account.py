"""What people change about themselves."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from audit.actions import record
from commands.refusals import refuse
from teams.actions.signatures import prove
from teams.models import User

OWN = ("first_name", "last_name", "phone", "zone")


@transaction.atomic
def edit_account(*, by: User, at: datetime, **new) -> User:
    before = {name: getattr(by, name) for name in OWN}
    for name in OWN:
        setattr(by, name, new[name])
    by.save(update_fields=OWN)
    record(verb="edited_account", subject=by, by=by, at=at, before=before, after=new)
    return by


@transaction.atomic
def make_token(*, by: User, at: datetime, password: str) -> tuple[AuthToken, str]:
    """The token itself is known only now; we keep a digest."""
    prove(user=by, password=password)
    limit = settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]
    if by.auth_token_set.count() >= limit:
        refuse(
            "token.too_many",
            _("You have %(limit)s tokens. Revoke one first.") % {"limit": limit},
        )
    row, token = AuthToken.objects.create(user=by)
    after = {"token": row.token_key, "expires": row.expiry}
    record(verb="made_token", subject=by, by=by, at=at, after=after)
    return row, token


@transaction.atomic
def revoke_token(*, by: User, at: datetime, token_key: str) -> None:
    row = by.auth_token_set.filter(token_key=token_key).first()
    if row is None:
        refuse("token.unknown", _("This token is revoked already."))
    row.delete()
    record(verb="revoked_token", subject=by, by=by, at=at, before={"token": token_key})
