"""The planner's arithmetic: from a patient and a label set to doses and a first bag plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import dateformat
from django.utils.translation import gettext as _

from audit.actions import plain
from commands.refusals import check_all, refuse
from display.formats import local
from infusions import values
from infusions.plans.planning import Subject, case_for, searched
from patients.queries import newest_measurement
from protocol import dosing, label, planner, premedication, schedule, units

FRESH = timedelta(days=7)


@dataclass(frozen=True)
class Body:
    weight_kg: Decimal
    height_cm: Decimal
    bsa_m2: Decimal
    measured_at: datetime


@dataclass(frozen=True)
class Course:
    """Everything the label set says about one cycle of one patient."""

    label: label.Label
    body: Body
    steps: tuple[dosing.DoseStep, ...]
    schedule: schedule.Schedule
    case: dict
    plan: planner.Plan
    premedication: tuple[tuple[str, premedication.PremedicationDue], ...]


def body_of(patient, at: datetime) -> Body:
    """The newest weight and height; refuses when one is missing or older than seven days."""
    weight, height = (newest_measurement(patient, kind) for kind in ("weight", "height"))
    zone = patient.care_team.site.zone
    check_all(
        lambda: _check_fresh(weight, _("weight"), at, zone),
        lambda: _check_fresh(height, _("height"), at, zone),
    )
    return newest_body(patient)


def newest_body(patient) -> Body:
    """Of a patient who was weighed and measured, however long ago."""
    weight, height = (newest_measurement(patient, kind) for kind in ("weight", "height"))
    area = units.bsa_m2(weight.value, height.value)
    return Body(weight.value, height.value, area, weight.measured_at)


def _check_fresh(row, name: str, at: datetime, zone: str) -> None:
    if row is None:
        refuse(
            "measurement.missing",
            _("There is no %(name)s. Measure it and enter it first.") % {"name": name},
        )
    if at - row.measured_at > FRESH:
        day = dateformat.format(local(row.measured_at, zone), "j M Y")
        refuse(
            "measurement.old",
            _("The %(name)s is of %(day)s, more than 7 days old. Measure again.")
            % {"name": name, "day": day},
        )


def course_of(*, patient, indication, number, label_id, start, home_from_hour, at) -> Course:
    """Doses, calendar, premedication and bags. Raises HardStop, naming the label row."""
    rules, body = values.label_for(patient.organisation_id, label_id), body_of(patient, at)
    steps = dosing.dose_steps(
        rules,
        indication=indication,
        cycle_no=number,
        weight_kg=body.weight_kg,
        bsa_m2=body.bsa_m2,
    )
    calendar = schedule.cycle_schedule(rules, indication=indication, cycle_no=number, start=start)
    site = patient.care_team.site
    subject = Subject(rules, body.weight_kg, body.bsa_m2, steps, site, home_from_hour)
    case = case_for(subject, start=start)
    events = ["cycle_start", *(["step"] if len(steps) > 1 else [])]
    due = tuple(
        (event, due_of(rules, patient, indication, number, event, body.bsa_m2, start))
        for event in events
    )
    answer = planner.plan_of(searched(case, subject))
    return Course(rules, body, steps, calendar, case, answer, due)


def due_of(rules, patient, indication, number, event, bsa_m2, on) -> premedication.PremedicationDue:
    return premedication.due(
        rules,
        age_years=patient.age_years(on.date()),
        indication=indication,
        cycle_no=number,
        event=event,
        bsa_m2=bsa_m2,
    )


def steps_as_json(steps) -> list[dict]:
    """As an order keeps them: text for figures, so that they read the same for ever."""
    return [plain({name: getattr(step, name) for name in STEP_FIELDS}) for step in steps]


STEP_FIELDS = (
    "from_hour",
    "to_hour",
    "mcg_per_day",
    "basis",
    "formula",
    "source",
    "row_id",
    "status",
    "capped",
    "alerts",
    "per_m2_mcg_per_day",
)
