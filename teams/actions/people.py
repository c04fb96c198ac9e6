"""Accounts: made by invitation, changed and closed by an administrator of the same organisation."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from audit.actions import record
from commands.refusals import refuse
from teams.actions.password_links import send_password_link
from teams.models import User
from teams.permissions import Permission, require

EDITED = ("first_name", "last_name", "email", "role", "is_charge_nurse", "licence", "phone")


@transaction.atomic
def invite(*, by: User, at: datetime, username: str, email: str, role: str, **person) -> User:
    """An account without a password, and a mail with the link to set one."""
    require(by, Permission.MANAGE_PEOPLE)
    check_free(username=username, email=email)
    user = User(
        username=username,
        email=email,
        role=role,
        organisation=by.organisation,
        invited_at=at,
        **person,
    )
    user.set_unusable_password()
    user.save()
    record(verb="invited_person", subject=user, by=by, at=at, after=facts_of(user))
    send_password_link(user=user, template="teams/mail/invitation.txt", by=by)
    return user


@transaction.atomic
def edit_person(*, person: User, by: User, at: datetime, **new) -> User:
    require(by, Permission.MANAGE_PEOPLE)
    person = locked(person, by=by)
    before = facts_of(person)
    if person.pk == by.pk and new["role"] != person.role:
        refuse(
            "people.own_role",
            _("Nobody changes their own role. Ask another administrator."),
            field="role",
        )
    check_free(username=None, email=new["email"], other_than=person)
    for name in EDITED:
        setattr(person, name, new[name])
    person.save(update_fields=EDITED)
    verb = "changed_role" if before["role"] != person.role else "edited_person"
    record(verb=verb, subject=person, by=by, at=at, before=before, after=facts_of(person))
    return person


@transaction.atomic
def disable(*, person: User, by: User, at: datetime) -> User:
    """Closes the account: every session and API token ends now."""
    require(by, Permission.MANAGE_PEOPLE)
    person = locked(person, by=by)
    if person.pk == by.pk:
        refuse("people.own_account", _("Nobody disables their own account."))
    person.is_active = False
    person.save(update_fields=["is_active"])
    ended = end_access(person)
    record(
        verb="disabled_person",
        subject=person,
        by=by,
        at=at,
        before={"is_active": True},
        after={"is_active": False, **ended},
    )
    return person


@transaction.atomic
def enable(*, person: User, by: User, at: datetime) -> User:
    require(by, Permission.MANAGE_PEOPLE)
    person = locked(person, by=by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    change = {"before": {"is_active": False}, "after": {"is_active": True}}
    record(verb="enabled_person", subject=person, by=by, at=at, **change)
    return person


@transaction.atomic
def mail_password_link(*, person: User, by: User, at: datetime) -> User:
    require(by, Permission.MANAGE_PEOPLE)
    person = locked(person, by=by)
    if not person.is_active:
        refuse("people.disabled", _("The account is disabled. Open it again first."))
    record(verb="sent_password_link", subject=person, by=by, at=at, after={"email": person.email})
    send_password_link(user=person, template="teams/mail/password_link.txt", by=by)
    return person


def locked(person: User, *, by: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk, organisation=by.organisation_id)


def end_access(person: User) -> dict:
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    tokens, _kinds = AuthToken.objects.filter(user=person).delete()
    return {"sessions_ended": len(sessions), "tokens_ended": tokens}


def check_free(*, username: str | None, email: str, other_than: User | None = None) -> None:
    others = User.objects.exclude(pk=other_than.pk) if other_than else User.objects.all()
    if username and others.filter(username__iexact=username).exists():
        message = _("This name is taken. Choose another one.")
        refuse("people.username_taken", message, field="username")
    if others.filter(email__iexact=email).exists():
        message = _("Another account has this address. Each person has their own.")
        refuse("people.email_taken", message, field="email")


def facts_of(person: User) -> dict:
    return {name: getattr(person, name) for name in ("username", *EDITED)}
