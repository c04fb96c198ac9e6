"""What this person may do for this patient now: the buttons of the patient page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from infusions.actions.plan_corrections import why_not_taken_back
from teams.permissions import Permission, can

P = Permission
STARTED = ("running", "interrupted")
OPEN = ("planned", "ordered", *STARTED)

# (label, icon, url name, permission, states of the cycle in which it makes sense; None: no cycle)
FOR_CYCLE = (
    (gettext_noop("Plan"), "calendar", "infusions:plan", P.SEE_CHART, (*OPEN, "ended")),
    (
        gettext_noop("Vital signs"),
        "activity",
        "monitoring:vitals",
        P.OBSERVE,
        ("ordered", *STARTED),
    ),
    (gettext_noop("Neuro check"), "brain", "monitoring:neuro", P.OBSERVE, ("ordered", *STARTED)),
    (gettext_noop("Set the watch"), "eye", "monitoring:watch", P.OBSERVE, ("ordered", *STARTED)),
    (
        gettext_noop("Medication given"),
        "pill",
        "infusions:medication",
        P.GIVE_MEDICATION,
        ("ordered", *STARTED),
    ),
    (
        gettext_noop("Answer as prescriber"),
        "stethoscope",
        "infusions:prescriber_answer",
        P.DECIDE,
        ("ordered", *STARTED),
    ),
    (gettext_noop("Hold"), "circle-pause", "infusions:hold", P.PLACE_HOLD, OPEN),
    (
        gettext_noop("The fridge at home failed"),
        "thermometer",
        "infusions:home_fridge",
        P.MOVE_BAG,
        OPEN,
    ),
    (gettext_noop("Hand over"), "arrow-left-right", "handoffs:offer", P.HAND_OVER, STARTED),
    (
        gettext_noop("Schedule a visit"),
        "house",
        "visits:schedule",
        P.SCHEDULE_VISIT,
        ("ordered", *STARTED),
    ),
    (gettext_noop("Ledger"), "scroll-text", "infusions:events", P.SEE_CHART, (*STARTED, "ended")),
    (gettext_noop("Flowsheet"), "table", "monitoring:flowsheet", P.SEE_CHART, (*STARTED, "ended")),
    (
        gettext_noop("Take the plan back"),
        "pencil-line",
        "infusions:take_plan_back",
        P.PLAN_CYCLE,
        ("planned", "ordered"),
    ),
    (
        gettext_noop("Checklist before going home"),
        "clipboard-check",
        "infusions:home_list",
        P.ANSWER_CHECKLIST,
        STARTED,
    ),
    (
        gettext_noop("Checklist at the end"),
        "clipboard-check",
        "infusions:end_list",
        P.ANSWER_CHECKLIST,
        (*STARTED, "ended", "discontinued"),
    ),
    (gettext_noop("End the infusion"), "circle-stop", "infusions:end", P.RUN_INFUSION, STARTED),
)
FOR_PATIENT = (
    (gettext_noop("Teach"), "graduation-cap", "education:teach", P.TEACH),
    (gettext_noop("Measure"), "scale", "patients:measure", P.MEASURE),
    (gettext_noop("Edit"), "pencil", "patients:edit", P.ENROL),
    (gettext_noop("Allergies"), "triangle-alert", "patients:allergies", P.MEASURE),
    (gettext_noop("Problems"), "list", "patients:problems", P.MEASURE),
    (gettext_noop("Patient and caregiver access"), "key-round", "patients:access", P.MANAGE_TEAM),
    (gettext_noop("Who looked, what changed"), "history", "audit:of_patient", P.SEE_CHART),
)


def links_for(patient, cycle, user) -> dict:
    """`main` buttons, `stop` (never hidden while something runs) and `more`, a menu.

    While the infusion stands, the banner's restart is the one red button; another stop can still
    be recorded, from the menu."""
    more = [
        link(label, icon, name, patient.uuid)
        for label, icon, name, permission in FOR_PATIENT
        if can(user, permission)
    ]
    if cycle is not None:
        more = [
            link(label, icon, name, cycle.uuid)
            for label, icon, name, permission, states in FOR_CYCLE
            if cycle.state in states and can(user, permission)
        ] + more
        more = [say_why_not(item, cycle, user) for item in more]
    stop = stop_link(cycle, user)
    if stop is not None and cycle.state == "interrupted":
        more, stop = [*more, stop | {"always": True}], None
    return {"main": main_links(patient, cycle, user), "stop": stop, "more": more}


def say_why_not(item: dict, cycle, user) -> dict:
    """A place that would be refused is not opened: the menu says why instead."""
    if item["url"] != reverse("infusions:take_plan_back", args=[cycle.uuid]):
        return item
    return item | {"why_not": why_not_taken_back(cycle, user)}


def main_links(patient, cycle, user) -> list[dict]:
    links = []
    if (cycle is None or cycle.state not in OPEN) and can(user, P.PLAN_CYCLE):
        links.append(
            link(gettext_noop("Plan a cycle"), "plus", "infusions:plan_cycle", patient.uuid)
        )
    if cycle is not None and cycle.state == "planned" and can(user, P.SIGN_ORDER):
        sign = gettext_noop("Review and sign the order")
        links.append(link(sign, "signature", "infusions:order", cycle.uuid))
    return links


def stop_link(cycle, user) -> dict | None:
    if cycle is None or cycle.state not in STARTED:
        return None
    if can(user, P.STOP_INFUSION):
        return link(
            gettext_noop("Record a stop"), "octagon-pause", "infusions:interrupt", cycle.uuid
        )
    report = gettext_noop("Report a stop")
    return link(report, "octagon-pause", "infusions:report_stop", cycle.patient.uuid)


def link(label, icon, name, uuid) -> dict:
    return {"label": _(label), "icon": icon, "url": reverse(name, args=[uuid])}
