from django.db.models import Q
from django.http import Http404

from patients.queries import visible_to
from teams.models import Role, User
from visits.models import HomeVisit

OPEN = ("planned", "accepted", "on_the_way", "arrived")
PARTS = (
    "corrected_by",
    "recorded_by",
    "cycle__current_bag",
    "patient__care_team__site__organisation",
    "nurse",
    "scheduled_by",
)


def get_visit_for(user, uuid) -> HomeVisit:
    rows = HomeVisit.objects.filter(uuid=uuid, patient__in=visible_to(user))
    visit = rows.select_related(*PARTS).first()
    if visit is None:
        raise Http404
    return visit


def visits_of(cycle) -> list[HomeVisit]:
    """In the order of their windows; a patient without a cycle has none."""
    if cycle is None:
        return []
    return list(
        cycle.visits.filter(corrected_by=None).select_related("nurse").order_by("window_from", "pk")
    )


def visits_for(user):
    """A home nurse's own visits; for others those of all patients they see. Open ones first."""
    rows = HomeVisit.objects.filter(patient__in=visible_to(user), corrected_by=None)
    rows = rows.select_related(*PARTS)
    if user.role == Role.HOME_NURSE:
        rows = rows.filter(nurse=user)
    newest = rows.order_by("-window_from", "-pk")[:200]
    still_open = [one for one in reversed(newest) if one.is_open]
    return still_open + [one for one in newest if not one.is_open]


def originals_of(visit) -> list[HomeVisit]:
    """The entries that this one corrects, the newest first."""
    found = []
    while visit.corrects_id is not None:
        visit = HomeVisit.objects.select_related("nurse").get(pk=visit.corrects_id)
        found.append(visit)
    return found


def open_visits(user):
    return [visit for visit in visits_for(user) if visit.is_open]


def home_nurses(care_team_id: int, at):
    return User.objects.filter(
        Q(memberships__to_at=None) | Q(memberships__to_at__gt=at),
        memberships__care_team=care_team_id,
        memberships__from_at__lte=at,
        is_active=True,
        role=Role.HOME_NURSE,
    ).distinct()
