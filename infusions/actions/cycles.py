"""Planning a cycle and signing its doses. No signature, no bag."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, subject_of
from commands.refusals import check_all, check_version, refuse
from display.formats import local
from infusions import questions, values
from infusions.actions.plan_rows import ask_to_accept, write_plan
from infusions.courses import Course, body_of, course_of, newest_body, steps_as_json
from infusions.models import Cycle, DoseOrder, Indication, Philadelphia, PlannedBag
from infusions.pharmacy.holds import open_holds
from infusions.plans.words import moment_of
from notifications.actions.reminders import done_for, remind
from patients.models import AllergyStatus, Patient
from protocol import label, schedule
from protocol.stops import HardStop, Stop
from protocol.units import plain
from teams.actions.signatures import sign
from teams.models import Meaning
from teams.permissions import Permission, require


@transaction.atomic
def plan_cycle(
    *,
    patient,
    indication: str,
    philadelphia: str,
    number: int,
    label_id: str,
    planned_start: datetime,
    home_from_hour: int | None,
    by,
    at: datetime,
    version: int | None = None,
) -> Cycle:
    """A cycle, its unsigned order and its first bag plan. Refuses what the label does not know."""
    require(by, Permission.PLAN_CYCLE)
    locked = Patient.objects.select_for_update().get(pk=patient.pk)
    check_version(locked, version)
    check_all(
        lambda: _check_allergies(locked),
        lambda: body_of(locked, at),
        lambda: _check_number(locked, number),
        lambda: _check_choice(indication, philadelphia),
        lambda: _check_label(label_id, locked),
        lambda: _check_start(locked, planned_start, at),
    )
    course = course_of(
        patient=locked,
        indication=indication,
        number=number,
        label_id=label_id,
        start=planned_start,
        home_from_hour=home_from_hour,
        at=at,
    )
    _check_home(home_from_hour, schedule.cycle_hours(course.label))
    cycle = _write_cycle(
        locked,
        course,
        indication=indication,
        philadelphia=philadelphia,
        number=number,
        planned_start=planned_start,
        home_from_hour=home_from_hour,
        created_by=by,
        created_at=at,
    )
    _write_order(cycle, course, at)
    plan = write_plan(cycle, case=course.case, answer=course.plan, by=by, at=at)
    record(
        verb="planned_cycle",
        subject=cycle,
        by=by,
        patient=locked,
        at=at,
        after=_planned_facts(cycle),
    )
    _ask_for_signature(cycle, at)
    ask_to_accept(plan, at)
    return cycle


@transaction.atomic
def sign_order(*, order, by, password: str, statement: str, at: datetime, version=None):
    """The prescriber stands for the doses; the pharmacy is asked for the first bag."""
    require(by, Permission.SIGN_ORDER)
    cycle = Cycle.objects.select_for_update().select_related("patient").get(pk=order.cycle_id)
    check_version(cycle, version)
    order = DoseOrder.objects.select_for_update().get(pk=order.pk)
    _check_signable(order, cycle)
    _check_weight(order, cycle)
    order.signature = sign(
        by=by,
        password=password,
        meaning=Meaning.PRESCRIBED,
        statement=statement,
        subject=order,
        content=content_of(order, cycle),
        at=at,
    )
    order.save(update_fields=["signature"])
    cycle.state = Cycle.State.ORDERED
    cycle.version += 1
    cycle.save(update_fields=["state", "version"])
    record(
        verb="signed_order",
        subject=order,
        by=by,
        patient=cycle.patient,
        at=at,
        before={"state": "planned"},
        after={"state": "ordered", "signature": str(order.signature.uuid)},
    )
    done_for(subject=subject_of(cycle), kinds=["order_to_sign"], by=by, at=at)
    first = PlannedBag.objects.filter(plan__cycle=cycle, plan__is_current=True).order_by("n")[0]
    ask_for_bag(first, cycle=cycle, due_at=cycle.planned_start, at=at)
    _ask_prescriber(cycle, at)
    return order


def _ask_prescriber(cycle: Cycle, at: datetime) -> None:
    """Where the label set leaves the premedication of the start to the prescriber."""
    asked = questions.asked_now(cycle)
    if asked is not None:
        remind(
            subject=subject_of(cycle),
            kind=questions.KIND,
            patient=cycle.patient,
            due_at=at,
            path=reverse("infusions:prescriber_answer", args=[cycle.uuid]),
            at=at,
        )


def _planned_facts(cycle: Cycle) -> dict:
    names = ("number", "indication", "label_id", "weight_kg", "bsa_m2", "planned_start")
    return {name: getattr(cycle, name) for name in names}


def _ask_for_signature(cycle: Cycle, at: datetime) -> None:
    remind(
        subject=subject_of(cycle),
        kind="order_to_sign",
        patient=cycle.patient,
        due_at=at,
        path=reverse("infusions:order", args=[cycle.uuid]),
        at=at,
    )


def ask_for_bag(planned: PlannedBag, *, cycle: Cycle, due_at: datetime, at: datetime):
    """The pharmacy is told that this bag of the plan is needed; not while nothing may be made.
    Returns the reminder, or None."""
    if open_holds(cycle):
        return None
    return remind(
        subject=subject_of(planned),
        kind="bag_needed",
        patient=cycle.patient,
        due_at=due_at,
        path=reverse("infusions:make", args=[cycle.uuid, planned.n]),
        at=at,
    )


def content_of(order: DoseOrder, cycle: Cycle) -> dict:
    """What the signature binds."""
    return {
        "cycle": str(cycle.uuid),
        "number": cycle.number,
        "label": cycle.label_id,
        "weight_kg": cycle.weight_kg,
        "bsa_m2": cycle.bsa_m2,
        "steps": order.steps,
        "premedication": order.premedication_text,
    }


def _check_allergies(patient: Patient) -> None:
    if patient.allergy_status == AllergyStatus.UNKNOWN:
        refuse(
            "patient.allergies_unknown",
            _("Allergies are not known. Ask, and record them or 'none known' first."),
        )


def _check_number(patient: Patient, number: int) -> None:
    if patient.cycles.filter(state__in=Cycle.OPEN).exists():
        refuse(
            "cycle.already_open",
            _("This patient has a cycle that has not ended. End it before planning the next."),
        )
    taken = patient.cycles.filter(number=number).exclude(state=Cycle.State.DISCONTINUED)
    if taken.exists():
        refuse(
            "cycle.number_taken",
            _("Cycle %(n)s exists already. Choose the next number.") % {"n": number},
            field="number",
        )


def _check_choice(indication: str, philadelphia: str) -> None:
    if indication not in Indication.values or philadelphia not in Philadelphia.values:
        refuse("cycle.choice", _("Choose an indication and the Philadelphia status."))
    if indication == Indication.CONSOLIDATION and philadelphia != Philadelphia.NEGATIVE:
        refuse(
            "cycle.consolidation_philadelphia",
            _(
                "Consolidation is for Philadelphia-negative disease only. Check the chromosome "
                "result or choose another indication."
            ),
            field="philadelphia",
        )


def _check_label(label_id: str, patient: Patient) -> None:
    """A training set in training only, and no set that the site has not adopted."""
    rules, site = label.load(label_id), patient.care_team.site
    if rules.is_training and not patient.organisation.is_training:
        refuse(
            "label.training_only",
            _("This label set is for training only. Choose a real one."),
            field="label_id",
        )
    if not site.label_adoptions.filter(label_id=label_id, ended_at=None).exists():
        message = _("%(site)s does not work with the label set %(set)s. A pharmacist or an "
                    "administrator adopts it first.")  # fmt: skip
        link = reverse("infusions:label_set", args=[label_id])
        words = {"site": site, "set": rules.title}
        stop = Stop("label.not_adopted", message % words, field="label_id", link=link)
        raise HardStop(stop)


def _check_start(patient: Patient, start: datetime, at: datetime) -> None:
    """Not in the past, and not before the treatment-free days of the last cycle are over."""
    if start < at - timedelta(hours=1):
        refuse("cycle.start_past", _("The planned start is in the past."), field="planned_start")
    last = patient.cycles.filter(state=Cycle.State.ENDED).order_by("-ended_at").first()
    if last is None or last.ended_at is None:
        return
    first = schedule.next_cycle_not_before(
        values.label_of(last),
        indication=last.indication,
        cycle_no=last.number,
        ended_at=last.ended_at,
    )
    if start < first:
        refuse(
            "cycle.treatment_free",
            _("The treatment-free days of cycle %(n)s last until %(day)s. Choose a later start.")
            % {"n": last.number, "day": moment_of(local(first, patient.care_team.site.zone))},
            field="planned_start",
        )


def _check_home(home_from_hour: int | None, total_hours: int) -> None:
    if home_from_hour is not None and not 0 <= home_from_hour < total_hours:
        refuse(
            "cycle.home_from",
            _("Going home must fall inside the cycle."),
            field="home_after_days",
        )


def _check_weight(order: DoseOrder, cycle: Cycle) -> None:
    """The newest weight and height give the doses of this order; otherwise it is planned anew."""
    body = newest_body(cycle.patient)
    now_due = [step.mcg_per_day for step in values.steps_from_label(cycle, body)]
    waiting = [step.mcg_per_day for step in values.steps_of_order(order)]
    if now_due == waiting:
        return
    words = {
        "weight": plain(body.weight_kg),
        "due": ", ".join(map(plain, now_due)),
        "planned": plain(cycle.weight_kg),
        "order": ", ".join(map(plain, waiting)),
    }
    message = _("The newest weight, %(weight)s kg, gives %(due)s mcg/day. This order has %(order)s "
                "mcg/day, for %(planned)s kg. Take the plan back and plan again.")  # fmt: skip
    refuse("order.other_weight", message % words)


def _check_signable(order: DoseOrder, cycle: Cycle) -> None:
    if order.is_signed:
        refuse("order.signed", _("This order is signed already."))
    if cycle.state != Cycle.State.PLANNED:
        refuse("order.not_waiting", _("This cycle does not wait for an order. Open it again."))


def _write_cycle(patient, course: Course, **fields) -> Cycle:
    return Cycle.objects.create(
        patient=patient,
        label_id=course.label.id,
        weight_kg=course.body.weight_kg,
        height_cm=course.body.height_cm,
        bsa_m2=course.body.bsa_m2,
        measured_at=course.body.measured_at,
        total_hours=schedule.cycle_hours(course.label),
        **fields,
    )


def _write_order(cycle: Cycle, course: Course, at: datetime) -> DoseOrder:
    lines = [f"{NAMES[event]()}: {premedication_line(due)}" for event, due in course.premedication]
    return DoseOrder.objects.create(
        cycle=cycle,
        steps=steps_as_json(course.steps),
        premedication_text="\n".join(lines),
        created_at=at,
    )


NAMES = {"cycle_start": lambda: _("Before the start"), "step": lambda: _("Before the dose step")}


def premedication_line(due) -> str:
    if due.needed == "yes" and due.dose_mg is not None and due.text:
        return f"{due.drug} {plain(due.dose_mg)} mg. {due.text}"
    return due.text
