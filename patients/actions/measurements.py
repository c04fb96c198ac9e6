"""Weights and heights: typed, imported, corrected."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.corrections import correct
from commands.refusals import check_all, refuse
from display.formats import date_short
from patients import plausible
from patients.models import Measurement, Patient
from patients.queries import newest_measurement
from protocol.units import plain
from teams.permissions import Permission, require

# Rooms above this one look at a new weight or height in its own transaction: (row, at).
Watcher = Callable[[Measurement, datetime], object]
WATCHERS: list[Watcher] = []

RANGES = {"weight_kg": (Decimal("0.5"), Decimal(300)), "height_cm": (Decimal(20), Decimal(250))}
KINDS = {"weight_kg": "weight", "height_cm": "height"}


@transaction.atomic
def measure(
    *,
    patient,
    by,
    at: datetime,
    measured_at: datetime,
    weight_kg: Decimal | None = None,
    height_cm: Decimal | None = None,
    weight_kg_again: Decimal | None = None,
    height_cm_again: Decimal | None = None,
    version: int | None = None,
) -> list[Measurement]:
    """Records a weight, a height or both. A jump against the newest, or a value that is unusual at
    this age or beside the other one, needs to be typed twice.

    `version` is accepted and not checked: a new measurement never overwrites anything."""
    require(by, Permission.MEASURE)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    if weight_kg is None and height_cm is None:
        refuse("measurement.nothing", _("Give a weight, a height or both."), field="weight_kg")
    values = {"weight_kg": weight_kg, "height_cm": height_cm}
    check_meant(
        patient=locked,
        at=at,
        measured_at=measured_at,
        values=values,
        again={"weight_kg": weight_kg_again, "height_cm": height_cm_again},
    )
    return write_measurements(patient=locked, by=by, at=at, measured_at=measured_at, **values)


def write_measurements(
    *, patient, by, at: datetime, measured_at: datetime, source: str = "typed", **values
) -> list[Measurement]:
    """Inside an open transaction. `values`: weight_kg, height_cm; None is left out."""
    check_moment(patient=patient, measured_at=measured_at, at=at)
    rows = []
    for name, value in values.items():
        if value is None:
            continue
        check_range(name, value)
        rows.append(
            write_one(
                patient=patient,
                by=by,
                at=at,
                name=name,
                value=value,
                measured_at=measured_at,
                source=source,
            )
        )
    return rows


def write_one(*, patient, by, at, name, value, measured_at, source) -> Measurement:
    kind = KINDS[name]
    same = patient.measurements.filter(kind=kind, measured_at=measured_at, corrects=None)
    if same.exists():
        refuse(
            "measurement.twice",
            _("There is a measurement of this minute already. Correct that one instead."),
            field="measured_at",
        )
    row = Measurement.objects.create(
        patient=patient,
        kind=kind,
        value=value,
        measured_at=measured_at,
        source=source,
        recorded_by=by,
        recorded_at=at,
    )
    after = {name: value, "measured_at": measured_at, "source": source}
    record(verb="measured", subject=row, by=by, at=at, patient=patient, after=after)
    told(row, at)
    return row


def watch(see: Watcher) -> None:
    if see not in WATCHERS:
        WATCHERS.append(see)


def told(row: Measurement, at: datetime) -> Measurement:
    for see in WATCHERS:
        see(row, at)
    return row


@transaction.atomic
def correct_measurement(
    *,
    measurement,
    by,
    at: datetime,
    value: Decimal,
    measured_at: datetime,
    correction_reason: str,
    value_again: Decimal | None = None,
) -> Measurement:
    """A new row that points back; the wrong one stays visible. A big change is typed twice."""
    require(by, Permission.MEASURE)
    patient = Patient.objects.select_for_update().get(pk=measurement.patient_id)
    name = "weight_kg" if measurement.kind == "weight" else "height_cm"
    check_range(name, value, field="value")
    check_moment(patient=patient, measured_at=measured_at, at=at)
    check_correction(measurement=measurement, name=name, value=value, again=value_again)
    fresh = correct(
        row=measurement,
        changes={"value": value, "measured_at": measured_at},
        by=by,
        reason=correction_reason,
        at=at,
        patient=patient,
    )
    return told(fresh, at)


def check_moment(*, patient, measured_at: datetime, at: datetime) -> None:
    if measured_at > at:
        refuse(
            "measurement.later",
            _("This time lies in the future. Give the time it was measured."),
            field="measured_at",
        )
    if measured_at.date() < patient.birth_date:
        refuse(
            "measurement.before_birth",
            _("This is before the birth date. Check the date."),
            field="measured_at",
        )


def check_range(name: str, value: Decimal, *, field: str = "") -> None:
    low, high = RANGES[name]
    if not low <= value <= high:
        refuse(
            "measurement.range",
            _("%(value)s is not between %(low)s and %(high)s. Measure again.")
            % {"value": plain(value), "low": low, "high": high},
            field=field or name,
        )


def check_meant(*, patient, at: datetime, measured_at: datetime, values: dict, again: dict) -> None:
    """Pounds typed as kilograms, inches as centimetres or a slipped key are caught here, with one
    refusal for both fields. `values` and `again`: weight_kg, height_cm; None is not given."""
    check_moment(patient=patient, measured_at=measured_at, at=at)
    given = {name: value for name, value in values.items() if value is not None}
    check_all(*(partial(check_range, name, value) for name, value in given.items()))
    body = body_of(patient, given, measured_at)
    if plausible.is_impossible(body):
        check_all(*(partial(refuse_impossible, body, name) for name in given))
    doubts = dict(plausible.unusual(body)) | jumps(patient, given)
    check_all(
        *(
            partial(refuse, "measurement.unusual", words, field=f"{name}_again")
            for name, words in doubts.items()
            if again.get(name) != given[name]
        )
    )


def body_of(patient, given: dict, measured_at: datetime) -> plausible.Body:
    """What is typed, beside the newest recorded value of what is not."""
    known = {name: newest_measurement(patient, kind) for name, kind in KINDS.items()}
    both = {name: row.value if row else None for name, row in known.items()} | given
    age = age_at(patient, measured_at)
    return plausible.Body(age_years=age, typed=tuple(given), **both)


def age_at(patient, moment: datetime) -> int:
    return max(patient.age_years(moment.date()), 0)


def refuse_impossible(body: plausible.Body, name: str) -> None:
    refuse("measurement.impossible", plausible.impossible_words(body), field=name)


def jumps(patient, given: dict) -> dict[str, str]:
    """Field -> why, of values more than a tenth (a site limit) from the newest recorded one."""
    found = {}
    for name, value in given.items():
        newest = newest_measurement(patient, KINDS[name])
        if newest and plausible.is_jump(value, newest.value):
            day = date_short(newest.measured_at, patient.care_team.site.zone)
            age = age_at(patient, newest.measured_at)
            found[name] = plausible.jump_words(name, value, newest.value, day=day, age_years=age)
    return found


def check_correction(*, measurement, name: str, value: Decimal, again: Decimal | None) -> None:
    """The same rule where a wrong value is put right: a big change is typed twice."""
    patient = measurement.patient
    body = body_of(patient, {name: value}, measurement.measured_at)
    doubts = dict(plausible.unusual(body))
    if plausible.is_jump(value, measurement.value):
        day = date_short(measurement.measured_at, patient.care_team.site.zone)
        known, age = measurement.value, body.age_years
        doubts[name] = plausible.jump_words(name, value, known, day=day, age_years=age)
    if name in doubts and again != value:
        refuse("measurement.unusual", doubts[name], field="value_again")
