"""`{% patient_head patient cycle as head %}`: the facts of the patient header, in five queries."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django import template

from clock.now import now
from patients.languages import language_name
from patients.queries import current, newest_measurement
from protocol.schedule import infusion_day
from protocol.units import bsa_m2

register = template.Library()


@dataclass(frozen=True)
class Head:
    age: int
    weight_kg: Decimal | None
    bsa_m2: Decimal | None
    day: int | None
    days: int | None
    setting: str
    allergies: str
    seizures: str
    language: str
    change_waiting_for: UUID | None  # the open cycle whose plan no longer fits


@register.simple_tag
def patient_head(patient, cycle=None) -> Head:
    weight = newest_measurement(patient, "weight")
    height = newest_measurement(patient, "height")
    day, days = day_of(cycle) if cycle else (None, None)
    return Head(
        age=patient.age_years(now().date()),
        weight_kg=weight and weight.value,
        bsa_m2=bsa_m2(weight.value, height.value) if weight and height else None,
        day=day,
        days=days,
        setting=cycle.get_responsible_setting_display() if cycle else "",
        allergies=", ".join(worded(allergy) for allergy in current(patient.allergies)),
        seizures=", ".join(p.text for p in current(patient.problems) if p.is_seizure),
        language=language_name(patient.language),
        change_waiting_for=change_waiting_for(patient),
    )


def change_waiting_for(patient) -> UUID | None:
    waiting = patient.cycles.filter(ended_at=None).exclude(change_waiting=None)
    return waiting.values_list("uuid", flat=True).first()


def worded(allergy) -> str:
    return f"{allergy.substance} ({allergy.reaction})" if allergy.reaction else allergy.substance


def day_of(cycle) -> tuple[int | None, int]:
    """Infusion day (gaps included) and the days of the cycle.

    Reads the cycle's columns only: this app lies below the one that owns them."""
    days = cycle.total_hours // 24
    if cycle.started_at is None:
        return None, days
    last = min(now(), cycle.ended_at) if cycle.ended_at else now()
    return infusion_day(max(last - cycle.started_at, timedelta(0))), days
