"""Teach-back: learner by skill, recorded, corrected."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from commands.refusals import refuse
from education import actions, queries
from education.forms import CorrectTeachBackForm, EditLearnerForm, LearnerForm, TeachForm
from education.lessons import all_lessons, variant_for
from infusions.queries import latest_cycle_of, open_cycle_of
from patients.languages import language_name
from patients.queries import get_patient_for
from teams.permissions import Permission
from teams.routes import route


def teach_page(patient) -> str:
    return reverse("education:teach", args=[patient.uuid])


def zone_of(patient) -> str:
    return patient.care_team.site.zone


@route(Permission.TEACH)
def teach(request, uuid):
    patient = get_patient_for(request.user, uuid)
    cycle = open_cycle_of(patient) or latest_cycle_of(patient)
    form = TeachForm(
        request.POST or None,
        patient=patient,
        zone=zone_of(patient),
        initial={"taught_at": now()},
    )

    def page(*, form, stops=(), status=200):
        context = teach_context(patient, cycle) | {"form": form, "stops": stops}
        return render(request, "education/teach.html", context, status=status)

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what="education:teach")
        return page(form=form)

    def effect(**values):
        if cycle is None:
            refuse("teach_back.no_cycle", _("Plan the cycle first; teaching belongs to one."))
        actions.record_teach_back(cycle=cycle, by=request.user, at=now(), **values)
        return teach_page(patient)

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="taught",
        subject=patient,
        patient=patient,
        said=_("Teach-back recorded."),
    )


def teach_context(patient, cycle) -> dict:
    return {
        "patient": patient,
        "cycle": cycle,
        "zone": zone_of(patient),
        "lessons": all_lessons(),
        "variant": variant_for(patient, on=now().date()),
        "grid": queries.grid_of(patient, cycle),
        "left": queries.still_to_teach(patient, cycle),
        "history": [(all_lessons().get(row.skill), row) for row in queries.teach_backs_of(patient)],
        "others": sorted(
            {
                language_name(learner.language)
                for learner in queries.learners_of(patient)
                if not learner.language.lower().startswith("en")
            }
        ),
    }


def small_form(request, *, patient, form, template, effect, verb, subject, said, extra=None):
    """A short form about one patient that leads back to the teaching page."""

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "patient": patient, **(extra or {})}
        return render(request, template, context, status=status)

    if request.method != "POST":
        record_look(patient=patient, by=request.user, what=f"education:{verb}")
        return page(form=form)

    def run(version, **values):
        effect(by=request.user, at=now(), **values)
        return teach_page(patient)

    return perform(
        request,
        form=form,
        effect=run,
        page=page,
        verb=verb,
        subject=subject,
        patient=patient,
        said=said,
    )


@route(Permission.TEACH)
def add_learner(request, uuid):
    patient = get_patient_for(request.user, uuid)
    return small_form(
        request,
        patient=patient,
        form=LearnerForm(request.POST or None, initial={"language": patient.language}),
        template="education/learner.html",
        effect=lambda **v: actions.add_learner(patient=patient, **v),
        verb="added_learner",
        subject=patient,
        said=_("Added."),
    )


@route(Permission.TEACH)
def edit_learner(request, uuid):
    learner = queries.get_learner_for(request.user, uuid)
    names = ("name", "relation", "language", "is_active")
    form = EditLearnerForm(
        request.POST or None,
        language=learner.language,
        initial={name: getattr(learner, name) for name in names},
    )
    return small_form(
        request,
        patient=learner.patient,
        form=form,
        template="education/learner.html",
        effect=lambda **v: actions.edit_learner(learner=learner, **v),
        verb="edited_learner",
        subject=learner,
        said=_("Saved."),
        extra={"learner": learner},
    )


@route(Permission.TEACH)
def correct_teach_back(request, uuid):
    row = queries.get_teach_back_for(request.user, uuid)
    patient = row.learner.patient
    names = ("outcome", "in_own_words", "interpreter_used", "taught_at")
    form = CorrectTeachBackForm(
        request.POST or None,
        zone=zone_of(patient),
        initial={name: getattr(row, name) for name in names},
    )
    return small_form(
        request,
        patient=patient,
        form=form,
        template="education/correct.html",
        effect=lambda **v: actions.correct_teach_back(teach_back=row, **v),
        verb="corrected",
        subject=row,
        said=_("Corrected. The first entry stays visible."),
        extra={"row": row, "lesson": all_lessons().get(row.skill)},
    )
