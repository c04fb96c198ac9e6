"""A number of another system that was wrong: corrected or taken off, so that it is free again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commands.corrections import correct
from commands.refusals import refuse
from patients.models import Identifier, Patient
from teams.permissions import Permission, require


@transaction.atomic
def correct_identifier(
    *,
    identifier: Identifier,
    by,
    at: datetime,
    value: str,
    is_withdrawn: bool = False,
    correction_reason: str,
) -> Identifier:
    require(by, Permission.ENROL)
    patient = Patient.objects.select_for_update().get(pk=identifier.patient_id)
    row = Identifier.objects.get(pk=identifier.pk)
    value = value.strip()
    if not is_withdrawn and value == row.value:
        refuse("correction.nothing", _("Nothing was changed. Give what is right."), field="value")
    _refuse_taken(row, value, is_withdrawn)
    Identifier.objects.filter(pk=row.pk).update(is_current=False)
    changes = {"value": row.value if is_withdrawn else value, "is_current": not is_withdrawn}
    return correct(
        row=row, changes=changes, by=by, reason=correction_reason, at=at, patient=patient
    )


def _refuse_taken(row: Identifier, value: str, is_withdrawn: bool) -> None:
    same = Identifier.objects.filter(
        organisation=row.organisation_id, system=row.system, value=value, is_current=True
    )
    if not is_withdrawn and same.exclude(pk=row.pk).exists():
        refuse(
            "identifier.taken",
            _("This number belongs to another entry already. Compare the records."),
            field="value",
        )
