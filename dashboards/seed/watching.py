"""Observations of the demo: plausible values made from the hour, no clinical source."""

from datetime import timedelta
from decimal import Decimal
from math import sin

from monitoring.actions.neuro import record_neuro
from monitoring.actions.vitals import record_vitals
from monitoring.actions.watches import set_watch

EVERY_H = 4
EVERY = timedelta(hours=EVERY_H)
SHOWN_H = 72
JUST_NOW = timedelta(minutes=6)


def observe(walk, cycle) -> None:
    """Vital signs every 4 h of the last 3 days, one fever in between, and a neuro check a day."""
    nurse = walk.hands.nurse
    set_watch(
        cycle=cycle,
        kind="vitals",
        every_minutes=240,
        grace_minutes=30,
        from_at=walk.start,
        by=nurse,
        at=walk.start,
    )
    first = max(walk.start, walk.stops_at - timedelta(hours=SHOWN_H))
    hour, at = 0, first
    last = walk.stops_at - (EVERY if walk.story.fever else timedelta(0))
    while at <= last:
        record_vitals(cycle=cycle, by=nurse, measured_at=at, at=at, **values_at(walk.number, hour))
        if hour % 24 == 0:
            record_neuro(cycle=cycle, by=nurse, checked_at=at, at=at, **usual())
        hour, at = hour + EVERY_H, at + EVERY
    if walk.story.fever:
        fever_just_now(walk, cycle)


def fever_just_now(walk, cycle) -> None:
    """Nurse and oncologist are told when the demo begins; nobody has taken it on."""
    at = walk.now - JUST_NOW
    record_vitals(
        cycle=cycle,
        by=walk.hands.nurse,
        measured_at=at,
        at=at,
        temperature_c=Decimal("38.7"),
        heart_rate_per_min=104,
        systolic_mmhg=108,
        diastolic_mmhg=64,
        spo2_percent=96,
        respiratory_rate_per_min=19,
    )


def values_at(seed: int, hour: int) -> dict:
    wave = sin(hour / 9 + seed)
    fever = Decimal("1.6") if seed % 5 == 0 and 20 <= hour <= 32 else Decimal(0)
    return {
        "temperature_c": (Decimal("36.8") + Decimal(str(round(wave * 0.3, 1))) + fever),
        "heart_rate_per_min": int(78 + 8 * wave + 12 * float(fever)),
        "systolic_mmhg": int(122 - 7 * wave),
        "diastolic_mmhg": int(76 - 4 * wave),
        "spo2_percent": 97 if wave < 0.5 else 96,
        "respiratory_rate_per_min": 16,
    }


def usual() -> dict:
    names = ("alertness", "orientation", "speech", "handwriting", "tremor_or_seizure")
    return dict.fromkeys(names, "usual")
