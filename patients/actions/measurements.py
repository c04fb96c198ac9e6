"""Weights and heights: typed, imported, corrected."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record
from commands.corrections import correct
from commands.refusals import refuse
from display.formats import date_short
from patients.models import Measurement, Patient
from patients.queries import newest_measurement
from protocol.units import plain
from teams.permissions import Permission, require

JUMP = Decimal("0.10")  # more than this against the newest one needs the value typed twice
KG_PER_POUND = Decimal("0.45359237")
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
    """Records a weight, a height or both. A jump against the newest needs the value twice.

    `version` is accepted and not checked: a new measurement never overwrites anything."""
    require(by, Permission.MEASURE)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    if weight_kg is None and height_cm is None:
        refuse("measurement.nothing", _("Give a weight, a height or both."), field="weight_kg")
    check_jump(patient=locked, name="weight_kg", value=weight_kg, again=weight_kg_again)
    check_jump(patient=locked, name="height_cm", value=height_cm, again=height_cm_again)
    return write_measurements(
        patient=locked,
        by=by,
        at=at,
        measured_at=measured_at,
        weight_kg=weight_kg,
        height_cm=height_cm,
    )


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
) -> Measurement:
    """A new row that points back; the wrong one stays visible."""
    require(by, Permission.MEASURE)
    patient = Patient.objects.select_for_update().get(pk=measurement.patient_id)
    name = "weight_kg" if measurement.kind == "weight" else "height_cm"
    check_range(name, value, field="value")
    check_moment(patient=patient, measured_at=measured_at, at=at)
    return correct(
        row=measurement,
        changes={"value": value, "measured_at": measured_at},
        by=by,
        reason=correction_reason,
        at=at,
        patient=patient,
    )


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


def check_jump(*, patient, name: str, value: Decimal | None, again: Decimal | None) -> None:
    """Site limit 10 %: pounds typed as kilograms, or a slipped key, are caught here."""
    if value is None:
        return
    newest = newest_measurement(patient, KINDS[name])
    if newest is None or abs(value - newest.value) <= JUMP * newest.value or again == value:
        return
    refuse("measurement.jump", jump_words(name, value, newest), field=f"{name}_again")


def jump_words(name: str, value: Decimal, newest: Measurement) -> str:
    words = {
        "value": plain(value),
        "old": plain(newest.value),
        "day": date_short(newest.measured_at.date()),
        "kg": plain((value * KG_PER_POUND).quantize(Decimal("0.1"))),
    }
    if name == "weight_kg":
        return (
            _(
                "%(value)s typed, %(old)s kg on %(day)s: more than a tenth apart. "
                "%(value)s lb is %(kg)s kg. Weigh again, then type the same kg in both boxes."
            )
            % words
        )
    return (
        _(
            "%(value)s typed, %(old)s cm on %(day)s: more than a tenth apart. "
            "Measure again, then type the same cm in both boxes."
        )
        % words
    )
