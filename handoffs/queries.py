from django.http import Http404

from handoffs.models import Handoff
from infusions.models import Cycle
from patients.queries import visible_to

PARTS = (
    "cycle__current_bag",
    "patient__care_team__site__organisation",
    "to_nurse",
    "sent_by",
    "sent_signature",
    "answered_by",
    "answer_signature",
    "corrects",
    "corrected_by",
)


def get_handoff_for(user, uuid) -> Handoff:
    rows = Handoff.objects.filter(uuid=uuid, patient__in=visible_to(user)).select_related(*PARTS)
    handoff = rows.first()
    if handoff is None:
        raise Http404
    return handoff


def open_handoff_of(cycle) -> Handoff | None:
    waiting = cycle.handoffs.filter(state=Handoff.State.OPEN, cycle__state__in=Cycle.OPEN)
    return waiting.select_related(*PARTS).first()


def handoffs_of(cycle) -> list[Handoff]:
    """Newest first; a patient without a cycle has none."""
    if cycle is None:
        return []
    return list(cycle.handoffs.select_related(*PARTS).order_by("-sent_at", "-pk"))


def last_back_from_home(cycle):
    """When the patient last came back from home; None when not yet."""
    back = cycle.handoffs.filter(state=Handoff.State.ACCEPTED, from_setting="home")
    return back.order_by("-answered_at").values_list("answered_at", flat=True).first()


def for_user(user):
    """Every handoff of the patients this person sees: waiting ones first, then the newest."""
    rows = Handoff.objects.filter(patient__in=visible_to(user)).select_related(*PARTS)
    return sorted(rows.order_by("-sent_at")[:200], key=lambda one: not one.is_open)
