"""Whom a step of a policy means, today, on the care team."""

from django.db.models import Q

from teams.models import User

HOME, INPATIENT = "home_nurse", "infusion_nurse"


def people_for(reminder, step: dict, *, at) -> list[User]:
    """Active members of the team whom the step names; the responsible nurse comes first.

    A step that asks for the responsible nurse asks the other nurses only when there is none."""
    team = _members(reminder.care_team_id, at)
    roles = set(step["roles"])
    found: list[User] = []
    if "responsible_nurse" in roles:
        nurse, setting = _responsible(reminder.patient)
        found = [person for person in team if person == nurse]
        if found:
            roles -= {INPATIENT}
        elif setting == "home":
            roles |= {HOME}
    named = set(step.get("people", ())) if "receiver" in roles else set()
    for person in team:
        is_meant = (
            person.role in roles
            or person.pk in named
            or ("charge_nurse" in roles and person.is_charge_nurse)
        )
        if is_meant and person not in found:
            found.append(person)
    return found


def leads_of(care_team_id: int, *, at) -> list[User]:
    """Who hears that a message could not be delivered."""
    team = _members(care_team_id, at)
    return [one for one in team if one.is_charge_nurse or one.role == "case_manager"]


def _members(care_team_id: int, at) -> list[User]:
    return list(
        User.objects.filter(
            Q(memberships__to_at=None) | Q(memberships__to_at__gt=at),
            memberships__care_team=care_team_id,
            memberships__from_at__lte=at,
            is_active=True,
        )
        .exclude(role__in=["patient", "caregiver"])
        .distinct()
        .order_by("pk")
    )


def _responsible(patient):
    """(nurse, setting) of the patient's open cycle, through the relation: cycles lie above us."""
    cycle = (
        patient.cycles.filter(state__in=["planned", "ordered", "running", "interrupted"])
        .select_related("responsible_nurse")
        .order_by("-pk")
        .first()
    )
    return (cycle.responsible_nurse, cycle.responsible_setting) if cycle else (None, "")
