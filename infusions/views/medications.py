"""Medication given ahead, and the prescriber's answers."""

from django.utils.translation import gettext as _

from clock.now import now
from infusions import queries
from infusions.actions.medications import answer_question, give_medication
from infusions.actions.medications import correct_medication as correct_one
from infusions.forms.runs import AnswerForm, CorrectMedicationForm, MedicationForm
from infusions.views.runs import act, zone_of
from teams.permissions import Permission
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
        now=now(),
    )


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


@route(Permission.DECIDE)
def prescriber_answer(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    return act(
        request,
        cycle,
        template="prescriber_answer",
        form=AnswerForm(request.POST or None, version=cycle.version),
        action=answer_question,
        verb="answered_question",
        said=_("Your answer is signed."),
        answers=cycle.answers.select_related("signature").order_by("-answered_at"),
    )
