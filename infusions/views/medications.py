"""Medication given ahead, and the prescriber's answers."""

from django.utils.translation import gettext as _

from clock.now import now
from infusions import queries, questions
from infusions.actions.medications import correct_medication as correct_one
from infusions.actions.medications import give_medication
from infusions.actions.questions import answer_question
from infusions.bedside import planned_time, premedicated
from infusions.forms.runs import AnswerForm, CorrectMedicationForm, MedicationForm
from infusions.premedications import dose_words, give_between, given_words, window_words
from infusions.readiness import premedications_before
from infusions.views.runs import act, zone_of
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.GIVE_MEDICATION)
def medication(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    return act(
        request,
        cycle,
        template="medication",
        form=MedicationForm(
            request.POST or None, version=cycle.version, zone=zone_of(cycle.patient)
        ),
        action=give_medication,
        verb="gave_medication",
        said=_("The medication is recorded."),
        given=cycle.medications.select_related("recorded_by", "corrected_by").order_by("-given_at"),
        due=due_before_next(cycle, request.user, now()),
        now=now(),
    )


def due_before_next(cycle, user, at) -> list[dict]:
    """The premedication before the next bag or the restart: what is due, from when to when, and
    whether what was recorded counts, as the gate judges it."""
    coming = queries.next_to_hang(queries.planned_changes(cycle, at))
    dose = coming.planned.dose_mcg_per_day if coming else cycle.dose_mcg_per_day
    if dose is None:
        return []
    return [fact_of(cycle, one, user, at) for one in premedications_before(cycle, dose, at)]


def fact_of(cycle, standing, user, at) -> dict:
    """For `_premedication_due.html`."""
    due, event_at = standing.due, planned_time(cycle, standing.event)
    between = give_between(cycle, due, event_at) if event_at and due.drug else (None, None)
    return {
        "step": premedicated(cycle, standing, user, at),
        "standing": standing,
        "dose": dose_words(due) if due.drug else "",
        "window": window_words(cycle, due) if due.drug else "",
        "event_at": event_at,
        "first": between[0],
        "last": between[1],
        "given": given_words(standing.given) if standing.given else "",
    }


@route(Permission.GIVE_MEDICATION)
def correct_medication(request, uuid):
    given = queries.get_medication_for(request.user, uuid)
    cycle = given.cycle

    def action(*, cycle, by, at, **values):
        return correct_one(given=given, by=by, at=at, **values)

    return act(
        request,
        cycle,
        template="correct_medication",
        form=CorrectMedicationForm(
            request.POST or None,
            version=cycle.version,
            zone=zone_of(cycle.patient),
            given=given,
        ),
        action=action,
        verb="corrected",
        said=_("The correction is saved. The first entry stays visible."),
        given=given,
    )


@route(Permission.SEE_CHART)
def prescriber_answer(request, uuid):
    """Everybody of the team reads what was decided; the action lets only a prescriber answer."""
    cycle = queries.get_cycle_for(request.user, uuid)
    entries = questions.entries_of(cycle)
    return act(
        request,
        cycle,
        template="prescriber_answer",
        form=AnswerForm(request.POST or None, version=cycle.version, entries=entries),
        action=answer_question,
        verb="answered_question",
        said=_("Your answer is signed."),
        entries=entries,
        may_answer=can(request.user, Permission.DECIDE),
        answers=cycle.answers.select_related("signature").order_by("-answered_at"),
    )
