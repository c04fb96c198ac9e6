"""Which label set a cycle is on, and moving it to the one in force at its site."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import record_look
from clock.now import now
from commands.perform import perform
from infusions import queries, values
from infusions.actions.label_moves import move_cycle
from infusions.forms.passports import ReasonForm
from infusions.passports import changes, pages
from teams.permissions import Permission, can
from teams.routes import route


@route(Permission.SEE_CHART)
def cycle_label(request, uuid):
    cycle = queries.get_cycle_for(request.user, uuid)
    rules, new = values.label_of(cycle), changes.target_of(cycle)
    form = ReasonForm(request.POST or None, version=cycle.version)
    statement = ""
    if new is not None:
        statement = _("I have looked at what changes and move cycle %(n)s of %(patient)s from "
                      "%(old)s to %(new)s.")  # fmt: skip
        statement %= {"n": cycle.number, "patient": cycle.patient, "old": rules.title,
                      "new": new.title}  # fmt: skip

    def page(*, form, stops=(), status=200):
        found = changes.diff(cycle.patient.organisation_id, rules.id, new.id) if new else ()
        context = {
            "patient": cycle.patient,
            "cycle": cycle,
            "zone": cycle.patient.care_team.site.zone,
            "rules": rules,
            "new": new,
            "changes": pages.change_lines(found),
            "obstacles": changes.obstacles(cycle, new) if new else [],
            "not_yet": changes.not_yet(cycle, new) if new else [],
            "bags": changes.bags_made(cycle) if new else [],
            "moves": cycle.label_moves.select_related("moved_by").order_by("-moved_at"),
            "may_move": can(request.user, Permission.SIGN_ORDER) and cycle.state in cycle.OPEN,
            "form": form,
            "stops": stops,
            "statement": statement,
        }
        return render(request, "infusions/passport/cycle.html", context, status=status)

    if request.method != "POST":
        record_look(patient=cycle.patient, by=request.user, what="infusions:cycle_label")
        return page(form=form)

    def effect(**given):
        facts = {"by": request.user, "at": now(), "statement": statement}
        move_cycle(cycle=cycle, to_label_id=new.id if new else "", **facts, **given)
        return reverse("infusions:cycle_label", args=[cycle.uuid])

    return perform(
        request,
        form=form,
        effect=effect,
        page=page,
        verb="moved_label",
        subject=cycle,
        patient=cycle.patient,
        said=_("Moved. The pharmacy looks at the bags that are made."),
    )
