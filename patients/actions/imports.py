"""Bringing a read FHIR bundle into the programme, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from commands.refusals import refuse
from display.formats import date_short
from patients.actions.enrolment import enrol
from patients.actions.history import write_problem
from patients.actions.measurements import KINDS, check_meant, write_measurements
from patients.fhir import ImportedPatient
from patients.fhir_units import Reading
from patients.models import Measurement, Patient
from patients.queries import newest_measurement, visible_to
from protocol.units import plain
from teams.permissions import Permission, require

FRESH_FOR = timedelta(days=7)  # a weight older than this must be taken again before planning
SOURCE = "FHIR import"


@dataclass(frozen=True)
class Outcome:
    patient: Patient
    is_new: bool
    added: tuple[Measurement, ...] = ()


def enrolled_already(*, imported: ImportedPatient, organisation) -> Patient | None:
    """The patient known by the same record number or identifier. Refuses a contradiction."""
    same = Q(record_number=imported.record_number)
    for system, value in imported.identifiers:
        same |= Q(
            identifiers__system=system,
            identifiers__value=value,
            identifiers__is_current=True,
        )
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
def import_patient(
    *, imported: ImportedPatient, by, at: datetime, care_team, again: dict | None = None
) -> Outcome:
    """Enrols the patient of a bundle. Of one who is enrolled already only a weight or height newer
    than the recorded one is added: the same file twice changes nothing twice.

    `again`: weight_kg, height_cm typed by the person who imports, for values that are unusual."""
    known = enrolled_already(imported=imported, organisation=care_team.site.organisation)
    if known:
        added = add_newer(patient=known, imported=imported, by=by, at=at, again=again or {})
        return Outcome(patient=known, is_new=False, added=added)
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
    check_readings(patient, readings_of(imported), at=at, again=again or {})
    for name, reading in readings_of(imported):
        write_reading(patient, name, reading, by=by, at=at)
    for text, code, onset in imported.problems:
        write_problem(patient=patient, by=by, at=at, text=text, code=code, onset=onset)
    return Outcome(patient=patient, is_new=True)


def readings_of(imported: ImportedPatient) -> list[tuple[str, Reading]]:
    both = [("weight_kg", imported.weight), ("height_cm", imported.height)]
    return [(name, reading) for name, reading in both if reading is not None]


def write_reading(patient, name: str, reading: Reading, *, by, at: datetime) -> list[Measurement]:
    return write_measurements(
        patient=patient,
        by=by,
        at=at,
        measured_at=reading.measured_at,
        source=SOURCE,
        **{name: reading.value},
    )


def check_readings(
    patient, readings: list[tuple[str, Reading]], *, at: datetime, again: dict
) -> None:
    """A file is no better than the hand: the rule of the form holds for it too."""
    if readings:
        check_meant(
            patient=patient,
            at=at,
            measured_at=max(reading.measured_at for _name, reading in readings),
            values={name: reading.value for name, reading in readings},
            again=again,
        )


def add_newer(*, patient, imported, by, at: datetime, again: dict) -> tuple[Measurement, ...]:
    """Weight and height that are newer, for a patient this person sees."""
    found = newer_readings(patient, imported) if sees(by, patient) else []
    if not found:
        return ()
    require(by, Permission.ENROL)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    newer = newer_readings(locked, imported)
    check_readings(locked, newer, at=at, again=again)
    rows = [write_reading(locked, *one, by=by, at=at) for one in newer]
    return tuple(row for written in rows for row in written)


def sees(by, patient) -> bool:
    return visible_to(by).filter(pk=patient.pk).exists()


def newer_readings(patient, imported: ImportedPatient) -> list[tuple[str, Reading]]:
    """Of the readings in the file those taken after the newest recorded one. One that was recorded
    and corrected since is not new, whatever the correction says."""
    return [
        (name, reading)
        for name, reading in readings_of(imported)
        if is_newer(reading, newest_measurement(patient, KINDS[name]))
        and not patient.measurements.filter(
            kind=KINDS[name], measured_at=reading.measured_at
        ).exists()
    ]


def is_newer(reading: Reading, newest: Measurement | None) -> bool:
    return newest is None or reading.measured_at > newest.measured_at


def in_words(readings, zone: str) -> str:
    """For people: "weight 22.9 kg of 03 Jan 2027"."""
    units = {"weight_kg": (_("weight"), "kg"), "height_cm": (_("height"), "cm")}
    return ", ".join(
        _("%(name)s %(value)s %(unit)s of %(day)s")
        % {
            "name": units[name][0],
            "value": plain(value),
            "unit": units[name][1],
            "day": date_short(moment, zone),
        }
        for name, value, moment in readings
    )


def newer_in_words(by, known: Patient | None, imported: ImportedPatient) -> str:
    """What importing again would add; empty when nothing."""
    found = newer_readings(known, imported) if known and sees(by, known) else []
    return in_words(((name, one.value, one.measured_at) for name, one in found), imported.zone)


def notes_on(imported: ImportedPatient, *, at: datetime) -> list[str]:
    """What the file does not say, or says too old, for whoever plans next."""
    notes = [
        measurement_note(_("weight"), imported.weight, at=at, zone=imported.zone),
        measurement_note(_("height"), imported.height, at=at, zone=imported.zone),
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


def measurement_note(name: str, reading, *, at: datetime, zone: str) -> str:
    if reading is None:
        return _("No %(name)s in this file: measure before planning.") % {"name": name}
    if at - reading.measured_at > FRESH_FOR:
        return _("The newest %(name)s is of %(day)s: measure again before planning.") % {
            "name": name,
            "day": date_short(reading.measured_at, zone),
        }
    return ""
