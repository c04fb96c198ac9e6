"""The planner's arithmetic: from a patient and a label set to doses and a first bag pattern."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from audit.actions import plain
from commands.refusals import refuse
from patients.queries import newest_measurement
from protocol import bags, dosing, label, pattern, premedication, schedule, units
from protocol.stops import HardStop

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
    bags: tuple[pattern.PlannedBag, ...]
    premedication: tuple[tuple[str, premedication.PremedicationDue], ...]


def body_of(patient, at: datetime) -> Body:
    """The newest weight and height; refuses when one is missing or older than seven days."""
    weight, height = (newest_measurement(patient, kind) for kind in ("weight", "height"))
    for name, row in ((_("weight"), weight), (_("height"), height)):
        if row is None:
            refuse(
                "measurement.missing",
                _("There is no %(name)s. Measure it and enter it first.") % {"name": name},
            )
        if at - row.measured_at > FRESH:
            day = row.measured_at.strftime("%d %b %Y")
            refuse(
                "measurement.old",
                _("The %(name)s is of %(day)s, more than 7 days old. Measure again.")
                % {"name": name, "day": day},
            )
    area = units.bsa_m2(weight.value, height.value)
    return Body(weight.value, height.value, area, weight.measured_at)


def course_of(*, patient, indication, number, label_id, start, home_from_hour, at) -> Course:
    """Doses, calendar, premedication and bags. Raises HardStop, naming the label row."""
    rules, body = label.load(label_id), body_of(patient, at)
    steps = dosing.dose_steps(
        rules,
        indication=indication,
        cycle_no=number,
        weight_kg=body.weight_kg,
        bsa_m2=body.bsa_m2,
    )
    calendar = schedule.cycle_schedule(rules, indication=indication, cycle_no=number, start=start)
    planned = pattern_of(rules, body, steps, patient.care_team.site, home_from_hour)
    events = ["cycle_start", *(["step"] if len(steps) > 1 else [])]
    due = tuple(
        (event, due_of(rules, patient, indication, number, event, body.bsa_m2, start))
        for event in events
    )
    return Course(rules, body, steps, calendar, planned, due)


def due_of(rules, patient, indication, number, event, bsa_m2, on) -> premedication.PremedicationDue:
    return premedication.due(
        rules,
        age_years=patient.age_years(on.date()),
        indication=indication,
        cycle_no=number,
        event=event,
        bsa_m2=bsa_m2,
    )


def pattern_of(rules, body, steps, site, home_from_hour) -> tuple[pattern.PlannedBag, ...]:
    """The site's usual lengths, or the longest shorter ones that can be made for this patient."""
    total = schedule.cycle_hours(rules)
    home_from = total if home_from_hour is None else home_from_hour
    on_ward = [step for step in steps if step.from_hour < home_from]
    at_home = [step for step in steps if step.to_hour > home_from]
    ward = usual_length(rules, body, on_ward or steps, site.bag_hours["inpatient"])
    home = usual_length(rules, body, at_home or steps, site.bag_hours["home"]) if at_home else ward
    return pattern.fixed_pattern(
        total_hours=total,
        step_hours=[step.from_hour for step in steps if step.from_hour],
        home_from_hour=home_from_hour,
        inpatient_hours=ward,
        home_hours=home,
        new_bag_at_discharge=site.new_bag_at_discharge,
        shorter=usable_lengths(rules, body, steps),
    )


def usual_length(rules, body, steps, wanted: int) -> int:
    fitting = [hours for hours in usable_lengths(rules, body, steps) if hours <= wanted]
    if not fitting:
        for step in steps:
            make(rules, body, step, wanted)  # raises the reason, naming the row
        refuse("bag.no_length", _("No bag length can be made. Choose another label set."))
    return max(fitting)


def usable_lengths(rules, body, steps) -> list[int]:
    """Lengths, in hours, that can be made for every one of these doses."""
    lengths = (row.hours for row in rules.durations)
    return sorted(h for h in lengths if all(_can_make(rules, body, step, h) for step in steps))


def make(rules, body, step, hours: int) -> bags.BagRecipe:
    return bags.recipe(
        rules,
        dose=step,
        weight_kg=body.weight_kg,
        bsa_m2=body.bsa_m2,
        hours=hours,
        training=rules.is_training,
    )


def _can_make(rules, body, step, hours: int) -> bool:
    try:
        make(rules, body, step, hours)
    except HardStop:
        return False
    return True


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
