"""A patient's own account, or a caregiver's: which patient they may see, from and to."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.refusals import refuse
from patients.models import Access, Patient
from teams.models import Role
from teams.permissions import Permission, require

AT_HOME = (Role.PATIENT, Role.CAREGIVER)


@transaction.atomic
def give_access(*, patient, user, by, at: datetime, version: int | None = None) -> Access:
    require(by, Permission.MANAGE_TEAM)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    check_account(locked, user)
    if locked.accesses.filter(user=user, to_at=None).exists():
        refuse("access.already", _("This account sees the patient already."), field="user")
    row = Access.objects.create(patient=locked, user=user, from_at=at)
    after = {"person": str(user), "role": user.role, "from_at": row.from_at}
    record(verb="gave_access", subject=row, by=by, at=at, patient=locked, after=after)
    return row


@transaction.atomic
def end_access(*, patient, access: int, by, at: datetime, version: int | None = None) -> Access:
    """From now on the account no longer sees the patient. The row stays."""
    require(by, Permission.MANAGE_TEAM)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    row = locked.accesses.filter(pk=access).select_related("user").first()
    if row is None or row.to_at is not None:
        refuse("access.ended", _("This account does not see the patient any more."))
    row.to_at = max(at, row.from_at)
    row.save(update_fields=["to_at"])
    after = {"person": str(row.user), "to_at": row.to_at}
    record(verb="ended_access", subject=row, by=by, at=at, patient=locked, after=after)
    return row


def check_account(patient, user) -> None:
    """Staff see patients through their care team only; other hospitals' accounts never do."""
    fits = user.role in AT_HOME and user.is_active
    if not fits or user.organisation_id != patient.organisation_id:
        refuse(
            "access.account",
            _("Choose an open account of a patient or caregiver of this organisation."),
            field="user",
        )
    if user.role == Role.PATIENT and user.accesses.filter(to_at=None).exclude(patient=patient):
        refuse(
            "access.other_patient",
            _("This patient's account belongs to another patient. Choose their own account."),
            field="user",
        )
