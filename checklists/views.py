from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record, record_look
from checklists import actions, gate, queries
from checklists.forms import SIGN, CorrectAnswerForm, RunForm
from clock.now import now
from commands.perform import perform
from teams.permissions import Permission
from teams.routes import route


@route(Permission.ANSWER_CHECKLIST)
def run(request, uuid):
    """All items on one page. A wrong answer is kept and shown, and blocks signing."""
    checklist = queries.get_checklist_for(request.user, uuid)
    lines = queries.lines_of(checklist, now())
    form = RunForm(request.POST or None, lines=lines, facts=checklist.facts)

    def page(*, form, stops=(), status=200):
        wrong = tuple(line.problem for line in lines if line.state == "wrong")
        context = page_of(checklist, lines, form) | {"stops": tuple(stops) or wrong}
        return render(request, "checklists/run.html", context, status=status)

    if request.method != "POST":
        record_look(patient=checklist.patient, by=request.user, what="checklist")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda **values: answer_and_sign(request, checklist, **values),
        page=page,
        verb="signed_checklist",
        subject=checklist,
        patient=checklist.patient,
    )


def answer_and_sign(request, checklist, *, given, step, password) -> str:
    """What was answered is kept, even when it then says that this must not go on."""
    at = now()
    actions.answer_items(checklist=checklist, values=given, by=request.user, at=at)
    here = reverse("checklists:run", args=[checklist.uuid])
    wrong = [s for s in gate.problems(checklist, at) if s.code == "checklist.wrong"]
    if wrong:
        record(
            verb="signed_checklist",
            subject=checklist,
            by=request.user,
            patient=checklist.patient,
            after={"stops": [{"code": s.code, "message": s.message} for s in wrong]},
            reason=wrong[0].code,
            outcome="refused",
        )
        return here
    if step != SIGN:
        messages.success(request, _("Answers saved. Sign when every item is answered."))
        return here
    actions.sign_checklist(checklist=checklist, by=request.user, password=password, at=at)
    messages.success(request, _("Checklist signed."))
    return checklist.next_path or reverse("dashboards:chart", args=[checklist.patient.uuid])


def page_of(checklist, lines, form) -> dict:
    rows = [{"line": line, "field": form[line.key]} for line in lines]
    groups: dict[str, list] = {}
    for row in rows:
        groups.setdefault(row["line"].item["group"], []).append(row)
    return {
        "checklist": checklist,
        "patient": checklist.patient,
        "cycle": None,
        "zone": checklist.patient.care_team.site.zone,
        "groups": groups.items(),
        "form": form,
        "done": sum(line.state == "right" for line in lines),
        "total": len(lines),
        "statement": _(actions.STATEMENT),
        "history": list(queries.answers_with_history(checklist)),
    }


@route(Permission.ANSWER_CHECKLIST)
def correct_answer(request, uuid, answer):
    checklist = queries.get_checklist_for(request.user, uuid)
    row = checklist.answers.filter(uuid=answer, corrected_by=None).first()
    if row is None:
        raise Http404
    row.checklist = checklist
    item = next(i for i in checklist.template.items if i["key"] == row.item)
    form = CorrectAnswerForm(request.POST or None, item=item, facts=checklist.facts)

    def page(*, form, stops=(), status=200):
        context = {"form": form, "stops": stops, "checklist": checklist, "answer": row}
        context |= {"item": item, "patient": checklist.patient, "cycle": None}
        return render(request, "checklists/correct_answer.html", context, status=status)

    if request.method != "POST":
        record_look(patient=checklist.patient, by=request.user, what="checklist")
        return page(form=form)
    return perform(
        request,
        form=form,
        effect=lambda *, value, correction_reason, version: (
            actions.correct_answer(
                answer=row, value=value, reason=correction_reason, by=request.user
            )
            and reverse("checklists:run", args=[checklist.uuid])
        ),
        page=page,
        verb="corrected",
        subject=row,
        patient=checklist.patient,
        said=_("Corrected. The first answer stays visible."),
    )
