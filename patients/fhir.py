"""Reads one FHIR R4 transaction bundle into an ImportedPatient. Writes nothing.

`fhir.resources` checks the shape of the resources that are read; codes and units are checked here.
Everything that makes a bundle unusable is raised as NotImportable, one sentence each."""

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from pydantic import ValidationError

from patients.fhir_units import Reading, newest_reading
from patients.models import Sex

READ = {"Patient", "Observation", "Condition", "AllergyIntolerance"}
WEIGHT, HEIGHT = "29463-7", "8302-2"  # LOINC body weight, body height
SEXES = {"female", "male", "other", "unknown"}
NOT_TRUE = {"entered-in-error", "refuted"}
LEUKAEMIA = re.compile(r"leuka?emi|lymphoblastic", re.IGNORECASE)


class NotImportable(Exception):
    """The file cannot be imported; `problems` says why, in sentences for the person."""

    def __init__(self, *problems: str):
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class ImportedPatient:
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    record_number: str
    identifiers: tuple[tuple[str, str], ...]  # (system, value)
    language: str
    interpreter_needed: bool
    phone: str
    address: str
    weight: Reading | None
    height: Reading | None
    problems: tuple[tuple[str, str, date | None], ...]  # (text, code, onset)
    allergies: tuple[tuple[str, str], ...]  # (substance, reaction)
    allergy_status: str
    zone: str = "UTC"  # of the site: its days are meant
    notes: list[str] = field(default_factory=list)

    @property
    def sex_words(self) -> str:
        return str(Sex(self.sex).label)

    @property
    def has_leukaemia(self) -> bool:
        return any(LEUKAEMIA.search(text) for text, _code, _onset in self.problems)


def read_bundle(content: bytes | str, *, zone: str = "UTC") -> ImportedPatient:
    """The one patient of a transaction bundle. `zone`: of the site, where its bare dates are days.
    Raises NotImportable."""
    resources = resources_of(bundle_from(content))
    patient = the_patient(resources)
    observations = resources.get("Observation", [])
    try:
        weight = newest_reading(observations, code=WEIGHT, unit="kg", zone=zone)
        height = newest_reading(observations, code=HEIGHT, unit="cm", zone=zone)
    except ValueError as problem:
        raise NotImportable(str(problem)) from problem
    allergies, status = allergies_of(resources.get("AllergyIntolerance", []))
    return ImportedPatient(
        **person_of(patient),
        weight=weight,
        height=height,
        problems=problems_of(resources.get("Condition", []), zone),
        allergies=allergies,
        allergy_status=status,
        zone=zone,
    )


def bundle_from(content: bytes | str) -> dict:
    try:
        bundle = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise NotImportable(
            _("This is not a JSON file. Export the patient as a FHIR R4 bundle.")
        ) from error
    kind = bundle.get("resourceType") if isinstance(bundle, dict) else None
    if kind is None:
        raise NotImportable(_("This is JSON, but not a FHIR resource."))
    if kind != "Bundle":
        raise NotImportable(
            _("This file holds a FHIR %(kind)s. A Bundle with one patient is needed.")
            % {"kind": kind}
        )
    if bundle.get("type") != "transaction":
        raise NotImportable(
            _("This is a bundle of the type %(kind)s. A transaction bundle is needed.")
            % {"kind": bundle.get("type") or "?"}
        )
    return bundle


def resources_of(bundle: dict) -> dict[str, list]:
    """The resources we read, checked by type; others in the bundle are left alone."""
    found: dict[str, list] = {}
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        raw = entry.get("resource") if isinstance(entry, dict) else None
        kind = raw.get("resourceType") if isinstance(raw, dict) else None
        if kind not in READ:
            continue
        try:
            found.setdefault(kind, []).append(shape_of(kind).model_validate(raw))
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise NotImportable(
                _("Entry %(n)s (%(kind)s) is not valid FHIR R4: look at %(place)s.")
                % {"n": number, "kind": kind, "place": place or kind}
            ) from error
    return found


def shape_of(kind: str):
    """Loaded when a bundle is read: loading them with the app would slow every start of it."""
    return getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)


def the_patient(resources: dict[str, list]):
    patients = resources.get("Patient", [])
    if not patients:
        raise NotImportable(_("There is no Patient in this bundle."))
    if len(patients) > 1:
        raise NotImportable(
            _("There are %(n)s patients in this bundle. Import one patient a file.")
            % {"n": len(patients)}
        )
    if patients[0].deceasedDateTime or patients[0].deceasedBoolean:
        raise NotImportable(_("The file says that this patient has died."))
    return patients[0]


def person_of(patient) -> dict:
    """Who it is. Every required part that is missing is said at once."""
    family, given = name_of(patient)
    number, others = numbers_of(patient)
    missing = []
    if not family or not given:
        missing.append(_("The patient has no family name or no given name."))
    if not isinstance(patient.birthDate, date):
        missing.append(_("The patient has no complete birth date."))
    if not number:
        missing.append(_("The patient has no medical record number (an identifier of type MR)."))
    elif len(number) > 60:
        missing.append(_("The medical record number is longer than 60 letters."))
    if missing:
        raise NotImportable(*missing)
    language = language_of(patient)
    return {
        "family_name": family[:120],
        "given_name": given[:120],
        "birth_date": patient.birthDate,
        "sex": patient.gender if patient.gender in SEXES else "unknown",
        "record_number": number,
        "identifiers": others,
        "language": language[:40],
        "interpreter_needed": language.split("-")[0].lower() != "en",
        "phone": next((t.value for t in patient.telecom or [] if t.system == "phone"), "")[:40],
        "address": address_of(patient),
    }


def name_of(patient) -> tuple[str, str]:
    names = sorted(patient.name or [], key=lambda name: name.use != "official")
    if not names:
        return "", ""
    return (names[0].family or "").strip(), " ".join(names[0].given or []).strip()


def numbers_of(patient) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The record number, and every identifier (that one too) as (system, value)."""
    number, pairs = "", []
    for item in patient.identifier or []:
        if not item.value:
            continue
        if not number and "MR" in codes_of(item.type):
            number = item.value.strip()
        pair = ((item.system or "")[:200], item.value.strip()[:120])
        if item.system and pair not in pairs:
            pairs.append(pair)
    return number, tuple(pairs)


def codes_of(concept) -> list[str]:
    return [coding.code for coding in (concept.coding or []) if coding.code] if concept else []


def words_of(concept) -> str:
    if concept is None:
        return ""
    displays = [coding.display for coding in concept.coding or [] if coding.display]
    return (concept.text or next(iter(displays), "")).strip()


def language_of(patient) -> str:
    spoken = sorted(patient.communication or [], key=lambda item: not item.preferred)
    return next(iter(codes_of(spoken[0].language)), "en") if spoken else "en"


def address_of(patient) -> str:
    if not patient.address:
        return ""
    home = patient.address[0]
    town = " ".join(part for part in (home.postalCode, home.city) if part)
    return "\n".join(part for part in (*(home.line or []), town, home.state) if part)


def problems_of(conditions: list, zone: str) -> tuple[tuple[str, str, date | None], ...]:
    """Every condition not entered in error or refuted; resolved ones say so."""
    found: list[tuple[str, str, date | None]] = []
    for item in conditions:
        text = words_of(item.code)
        if not text or NOT_TRUE & set(codes_of(item.verificationStatus)):
            continue
        if {"resolved", "inactive"} & set(codes_of(item.clinicalStatus)):
            text = f"{text[:229]}, resolved"
        code = next(iter(codes_of(item.code)), "")[:40]
        problem = (text[:240], code, day_of(item.onsetDateTime, zone))
        if problem not in found:
            found.append(problem)
    return tuple(found)


def allergies_of(items: list) -> tuple[tuple[tuple[str, str], ...], str]:
    """Listed ones; a coded "no known allergy" (SNOMED 716186003) is none known; else unknown."""
    listed, none_known = [], False
    for item in items:
        if NOT_TRUE & set(codes_of(item.verificationStatus)):
            continue
        if "716186003" in codes_of(item.code):
            none_known = True
        elif words_of(item.code):
            listed.append((words_of(item.code)[:200], reaction_of(item)))
    if listed:
        return tuple(listed), "listed"
    return (), "none_known" if none_known else "unknown"


def reaction_of(item) -> str:
    shown = [words_of(sign) for event in item.reaction or [] for sign in event.manifestation or []]
    return ", ".join(words for words in shown if words)[:200]


def day_of(moment, zone: str) -> date | None:
    """The day by the wall clock of the site; a bare date stays that date."""
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment).date()
