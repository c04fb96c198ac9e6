"""Registering a patient and changing who they are and where they live."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, snapshot
from commands.corrections import need_reason
from commands.refusals import check_version, refuse
from patients.actions.history import write_allergies
from patients.actions.measurements import check_meant, write_measurements
from patients.models import AllergyStatus, Identifier, Patient
from patients.queries import teams_of
from teams.permissions import Permission, require

OLDEST_YEARS = 120
IDENTITY = {"family_name", "given_name", "record_number", "birth_date", "sex"}


@transaction.atomic
def enrol(
    *,
    by,
    at: datetime,
    care_team,
    record_number: str,
    birth_date: date,
    weight_kg: Decimal | None = None,
    height_cm: Decimal | None = None,
    weight_kg_again: Decimal | None = None,
    height_cm_again: Decimal | None = None,
    measured_at: datetime | None = None,
    allergy_status: str = AllergyStatus.UNKNOWN,
    allergies=(),
    identifiers=(),
    source: str = "typed",
    **person,
) -> Patient:
    """One new patient with what is known. `person`: names, sex, language, interpreter_needed,
    phone, address, home_distance_km, bed. `allergies`: (substance, reaction) pairs. `..._again`: a
    value that was typed a second time, because it is unusual."""
    require(by, Permission.ENROL)
    check_team(by=by, care_team=care_team)
    check_birth_date(birth_date, on=at.date())
    check_record_number(record_number, organisation=care_team.site.organisation)
    patient = Patient.objects.create(
        organisation=care_team.site.organisation,
        care_team=care_team,
        record_number=record_number,
        birth_date=birth_date,
        enrolled_at=at,
        enrolled_by=by,
        **person,
    )
    for system, value in identifiers:
        write_identifier(patient=patient, system=system, value=value)
    record(verb="enrolled", subject=patient, by=by, at=at, patient=patient, after=snapshot(patient))
    values = {"weight_kg": weight_kg, "height_cm": height_cm}
    if any(value is not None for value in values.values()):
        check_meant(
            patient=patient,
            at=at,
            measured_at=measured_at or at,
            values=values,
            again={"weight_kg": weight_kg_again, "height_cm": height_cm_again},
        )
        write_measurements(
            patient=patient, by=by, at=at, measured_at=measured_at or at, source=source, **values
        )
    write_allergies(patient=patient, by=by, at=at, status=allergy_status, lines=allergies)
    return patient


@transaction.atomic
def edit(
    *, patient, by, at: datetime, reason: str = "", version: int | None = None, **changes
) -> Patient:
    """Changes what is said about a patient, who they are with a reason only; what was said before
    stays in the record and on the page. A stale page is refused."""
    require(by, Permission.ENROL)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    check_version(locked, version)
    changes = {n: told for n, told in changes.items() if told != getattr(locked, n)}
    if not changes:
        refuse("correction.nothing", _("Nothing was changed. Give what is right."))
    if IDENTITY & changes.keys():
        need_reason(reason, field="reason")
    if "birth_date" in changes:
        check_birth_date(changes["birth_date"], on=at.date())
    if changes.get("record_number", locked.record_number) != locked.record_number:
        check_record_number(changes["record_number"], organisation=locked.organisation)
    if changes.get("care_team", locked.care_team) != locked.care_team:
        check_team(by=by, care_team=changes["care_team"])
    before = snapshot(locked)
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    record(
        verb="edited_patient",
        subject=locked,
        by=by,
        at=at,
        patient=locked,
        before=before,
        after=snapshot(locked),
        reason=reason.strip(),
    )
    return locked


def check_team(*, by, care_team) -> None:
    if not teams_of(by).filter(pk=care_team.pk).exists():
        refuse(
            "patient.team",
            _("You are not on this care team. Choose one of your own."),
            field="care_team",
        )


def check_birth_date(birth_date: date, *, on: date) -> None:
    if birth_date > on:
        refuse(
            "patient.born_later",
            _("This birth date lies in the future. Check the year."),
            field="birth_date",
        )
    if on.year - birth_date.year > OLDEST_YEARS:
        refuse(
            "patient.too_old",
            _("Born in %(year)s: over %(limit)s years ago. Check the year.")
            % {"year": birth_date.year, "limit": OLDEST_YEARS},
            field="birth_date",
        )


def check_record_number(record_number: str, *, organisation) -> None:
    if Patient.objects.filter(organisation=organisation, record_number=record_number).exists():
        refuse(
            "patient.record_number_taken",
            _("A patient with this record number is enrolled already. Find that patient instead."),
            field="record_number",
        )


def write_identifier(*, patient, system: str, value: str) -> Identifier:
    return Identifier.objects.create(
        patient=patient, organisation=patient.organisation, system=system, value=value
    )
