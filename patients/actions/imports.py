"""Bringing a read FHIR bundle into the programme, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from commands.refusals import refuse
from patients.actions.enrolment import enrol
from patients.actions.history import write_problem
from patients.actions.measurements import write_measurements
from patients.fhir import ImportedPatient
from patients.models import Patient

FRESH_FOR = timedelta(days=7)  # a weight older than this must be taken again before planning
SOURCE = "FHIR import"


@dataclass(frozen=True)
class Outcome:
    patient: Patient
    is_new: bool


def enrolled_already(*, imported: ImportedPatient, organisation) -> Patient | None:
    """The patient known by the same record number or identifier. Refuses a contradiction."""
    same = Q(record_number=imported.record_number)
    for system, value in imported.identifiers:
        same |= Q(identifiers__system=system, identifiers__value=value)
    found = list(Patient.objects.filter(same, organisation=organisation).distinct()[:2])
    if len(found) > 1:
        refuse(
            "import.two_patients",
            _("The numbers in this file belong to two enrolled patients. Compare the records."),
        )
    if found and found[0].birth_date != imported.birth_date:
        refuse(
            "import.other_birth_date",
            _("This number is enrolled with another birth date. Compare the records."),
        )
    return found[0] if found else None


@transaction.atomic
def import_patient(*, imported: ImportedPatient, by, at: datetime, care_team) -> Outcome:
    """Enrols the patient of a bundle. One who is enrolled already is left as is."""
    known = enrolled_already(imported=imported, organisation=care_team.site.organisation)
    if known:
        return Outcome(patient=known, is_new=False)
    patient = enrol(
        by=by,
        at=at,
        care_team=care_team,
        record_number=imported.record_number,
        birth_date=imported.birth_date,
        family_name=imported.family_name,
        given_name=imported.given_name,
        sex=imported.sex,
        language=imported.language,
        interpreter_needed=imported.interpreter_needed,
        phone=imported.phone,
        address=imported.address,
        identifiers=imported.identifiers,
        allergy_status=imported.allergy_status,
        allergies=imported.allergies,
        source=SOURCE,
    )
    for name, reading in (("weight_kg", imported.weight), ("height_cm", imported.height)):
        if reading:
            write_measurements(
                patient=patient,
                by=by,
                at=at,
                measured_at=reading.measured_at,
                source=SOURCE,
                **{name: reading.value},
            )
    for text, code, onset in imported.problems:
        write_problem(patient=patient, by=by, at=at, text=text, code=code, onset=onset)
    return Outcome(patient=patient, is_new=True)


def notes_on(imported: ImportedPatient, *, at: datetime) -> list[str]:
    """What the file does not say, or says too old, for whoever plans next."""
    notes = [
        measurement_note(_("weight"), imported.weight, at=at),
        measurement_note(_("height"), imported.height, at=at),
    ]
    if not imported.has_leukaemia:
        notes.append(
            _(
                "No leukaemia among the problems: planning asks for the indication "
                "and the Philadelphia chromosome status."
            )
        )
    if imported.allergy_status == "unknown":
        notes.append(_("The file says nothing about allergies: ask, and state them."))
    return [note for note in notes if note]


def measurement_note(name: str, reading, *, at: datetime) -> str:
    if reading is None:
        return _("No %(name)s in this file: measure before planning.") % {"name": name}
    if at - reading.measured_at > FRESH_FOR:
        return _("The newest %(name)s is of %(day)s: measure again before planning.") % {
            "name": name,
            "day": reading.measured_at.date().isoformat(),
        }
    return ""
