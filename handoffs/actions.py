"""Offering, accepting, declining and withdrawing responsibility."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record, subject_of
from clock.now import now
from commands.refusals import check_version, refuse
from handoffs.facts import facts_of
from handoffs.models import Handoff
from handoffs.warnings import as_rows, warnings_of
from infusions.actions.responsibility import move_responsibility
from infusions.models import Cycle
from notifications.actions.outbox import enqueue
from notifications.actions.reminders import cancel_for, done_for, remind
from teams.actions.signatures import sign
from teams.models import Meaning, Role, User
from teams.permissions import Permission, require

ASK_BEFORE_TRANSFER = timedelta(minutes=60)
ALWAYS_BEFORE_BAG_ENDS = timedelta(hours=4)
STARTED = (Cycle.State.RUNNING, Cycle.State.INTERRUPTED)
RECEIVERS = {
    "home": ("home_nurse",),
    "ward": ("infusion_nurse",),
    "clinic": ("infusion_nurse", "home_nurse"),
}
OFFER_WORDS = gettext_lazy(
    "I hand over this infusion with what is written above. I stay responsible until it is accepted."
)
ACCEPT_WORDS = gettext_lazy("I have read and repeated this handoff. From now on I am responsible.")


@transaction.atomic
def offer_handoff(
    *,
    cycle: Cycle,
    to_setting: str,
    to_nurse,
    planned_transfer_at: datetime,
    severity: str,
    summary: str,
    actions: list[dict],
    contingency: list[dict],
    password: str,
    by,
    at: datetime | None = None,
    version: int | None = None,
    known_warnings: Collection[str] = (),
    warnings_reason: str = "",
    corrects: Handoff | None = None,
    correction_reason: str = "",
) -> Handoff:
    """Nothing moves yet: the sender stays responsible until the receiver accepts. A corrected
    offer comes from `corrections.correct_handoff`, which withdrew the one before.
    `known_warnings`: kinds of what speaks against going home; each that holds must be named."""
    at = at or now()
    cycle = _locked(cycle)
    check_version(cycle, version)
    require(by, Permission.HAND_OVER)
    _judge_offer(cycle, to_setting, to_nurse, planned_transfer_at, at)
    warnings = warnings_of(cycle, at, planned_transfer_at) if to_setting == "home" else []
    content = {
        "from_setting": cycle.responsible_setting,
        "to_setting": to_setting,
        "to_nurse": to_nurse.username,
        "planned_transfer_at": planned_transfer_at,
        "severity": severity,
        "summary": summary,
        "actions": actions,
        "contingency": contingency,
        "frozen": facts_of(cycle, at) | {"warnings": as_rows(warnings)},
        "warnings_reason": _reason(warnings, known_warnings, warnings_reason),
    }
    signature = sign(
        by=by, password=password, meaning=Meaning.HANDED_OVER, statement=str(OFFER_WORDS),
        subject=cycle, content=content, at=at,
    )  # fmt: skip
    handoff = Handoff.objects.create(
        cycle=cycle,
        patient=cycle.patient,
        sent_by=by,
        sent_at=at,
        sent_signature=signature,
        corrects=corrects,
        correction_reason=correction_reason,
        **{**content, "to_nurse": to_nurse},
    )
    cycle.version += 1
    cycle.save(update_fields=["version"])
    _audit("offered_handoff", handoff, by=by, at=at, after=content, reason=correction_reason)
    tell(handoff, to_nurse, "handoff_offered", at=at)
    _remind(handoff, cycle, at=at)
    return handoff


def _reason(warnings, known: Collection[str], reason: str) -> str:
    """Going home against a warning is said on purpose, for each of them, and with a reason."""
    unknown = [one.text for one in warnings if one.kind not in known]
    if unknown:
        refuse(
            "handoff.warnings",
            _("This speaks against going home. Tick that you know it: %(what)s")
            % {"what": " ".join(unknown)},
            field="known_warnings",
        )
    if warnings and not reason.strip():
        refuse(
            "handoff.warnings_reason",
            _("Say why it is right to go home all the same. The receiver reads it."),
            field="warnings_reason",
        )
    return reason.strip() if warnings else ""


def _judge_offer(cycle, to_setting, to_nurse, planned_transfer_at, at) -> None:
    if cycle.state not in STARTED:
        refuse("handoff.not_started", _("Only a started infusion can be handed over."))
    if to_setting == cycle.responsible_setting:
        refuse("handoff.same_setting", _("It is there already."), field="to_setting")
    if cycle.handoffs.filter(state=Handoff.State.OPEN).exists():
        refuse(
            "handoff.already_open",
            _("A handoff of this infusion is waiting already. Withdraw that one first."),
        )
    if planned_transfer_at <= at:
        refuse(
            "handoff.in_the_past",
            _("The transfer must lie ahead. Give a later time."),
            field="planned_transfer_at",
        )
    if cycle.bag_ends_at and planned_transfer_at >= cycle.bag_ends_at:
        refuse(
            "handoff.after_bag",
            _("The running bag ends before that. Choose an earlier time, or change the bag first."),
            field="planned_transfer_at",
        )
    if not receivers(cycle.patient.care_team_id, to_setting, at).filter(pk=to_nurse.pk).exists():
        refuse(
            "handoff.receiver",
            _("Choose a nurse of this care team who works there."),
            field="to_nurse",
        )


def receivers(care_team_id: int, to_setting: str, at: datetime):
    """Nurses of the team who may take an infusion over in a setting."""
    return members_at(care_team_id, at).filter(role__in=RECEIVERS[to_setting])


def members_at(care_team_id: int, at: datetime):
    return User.objects.filter(
        Q(memberships__to_at=None) | Q(memberships__to_at__gt=at),
        memberships__care_team=care_team_id,
        memberships__from_at__lte=at,
        is_active=True,
    ).distinct()


@transaction.atomic
def accept_handoff(
    *, handoff: Handoff, read_back: str, password: str, by, at: datetime | None = None, version=None
) -> Handoff:
    """The receiver repeats it in their own words and signs; only now responsibility moves."""
    at = at or now()
    cycle, handoff = lock_open(handoff, by)
    _only_receiver(handoff, by)
    if " ".join(read_back.split()).casefold() == " ".join(handoff.summary.split()).casefold():
        refuse(
            "handoff.copied",
            _("Say it in your own words: a copy shows nobody that it was understood."),
            field="read_back",
        )
    handoff.answer_signature = sign(
        by=by,
        password=password,
        meaning=Meaning.ACCEPTED,
        statement=str(ACCEPT_WORDS),
        subject=handoff,
        content={"handoff": str(handoff.uuid), "read_back": read_back},
        at=at,
    )
    handoff.read_back = read_back
    answer(handoff, Handoff.State.ACCEPTED, by=by, at=at)
    move_responsibility(cycle=cycle, to_setting=handoff.to_setting, nurse=by, by=by, at=at)
    _audit("accepted_handoff", handoff, by=by, at=at, after={"read_back": read_back})
    done_for(subject=subject_of(handoff), by=by, at=at)
    tell(handoff, handoff.sent_by, "handoff_answered", at=at)
    return handoff


@transaction.atomic
def decline_handoff(
    *, handoff: Handoff, reason: str, by, at: datetime | None = None, version=None
) -> Handoff:
    at = at or now()
    _cycle, handoff = lock_open(handoff, by)
    _only_receiver(handoff, by)
    handoff.decline_reason = reason
    answer(handoff, Handoff.State.DECLINED, by=by, at=at)
    _audit("declined_handoff", handoff, by=by, at=at, after={"reason": reason})
    cancel_for(subject=subject_of(handoff), because=_("declined"), at=at)
    tell_sending_side(handoff, "handoff_declined", but=by, at=at)
    return handoff


@transaction.atomic
def withdraw_handoff(*, handoff: Handoff, by, at: datetime | None = None, version=None) -> Handoff:
    """The sending side takes it back; a later acceptance is refused and told why."""
    at = at or now()
    _cycle, handoff = lock_open(handoff, by)
    answer(handoff, Handoff.State.WITHDRAWN, by=by, at=at)
    _audit("withdrew_handoff", handoff, by=by, at=at, after={})
    cancel_for(subject=subject_of(handoff), because=_("withdrawn"), at=at)
    tell(handoff, handoff.to_nurse, "handoff_withdrawn", at=at)
    tell_sending_side(handoff, "handoff_withdrawn", but=by, at=at)
    return handoff


def _locked(cycle: Cycle) -> Cycle:
    return (
        Cycle.objects.select_for_update(of=("self",))
        .select_related("patient__care_team__site", "current_bag", "responsible_nurse")
        .get(pk=cycle.pk)
    )


def lock_open(handoff: Handoff, by) -> tuple[Cycle, Handoff]:
    """Cycle first, then handoff: the one lock order. Refuses when it is answered already."""
    require(by, Permission.HAND_OVER)
    cycle = _locked(handoff.cycle)
    handoff = (
        Handoff.objects.select_for_update(of=("self",))
        .select_related("patient__care_team__site", "sent_by", "to_nurse", "answered_by")
        .get(pk=handoff.pk)
    )
    if cycle.state not in Cycle.OPEN:
        refuse("handoff.ended", _("The infusion has ended: nobody takes it over any more."))
    if handoff.state != Handoff.State.OPEN:
        refuse(
            "handoff.answered",
            _("This handoff is closed: %(state)s by %(who)s. Open the list for the newest one.")
            % {"state": handoff.get_state_display().lower(), "who": handoff.answered_by},
        )
    return cycle, handoff


def _only_receiver(handoff: Handoff, by) -> None:
    if handoff.to_nurse_id != by.pk:
        refuse(
            "handoff.not_receiver",
            _("It is offered to %(who)s. Only they can answer; the sender can withdraw it.")
            % {"who": handoff.to_nurse},
        )


def answer(handoff: Handoff, state: str, *, by, at: datetime) -> None:
    handoff.state, handoff.answered_by, handoff.answered_at = state, by, at
    handoff.save()


def _remind(handoff: Handoff, cycle: Cycle, *, at: datetime) -> None:
    due_at = handoff.planned_transfer_at - ASK_BEFORE_TRANSFER
    if cycle.bag_ends_at:
        due_at = min(due_at, cycle.bag_ends_at - ALWAYS_BEFORE_BAG_ENDS)
    remind(
        subject=subject_of(handoff),
        kind="handoff_open",
        patient=handoff.patient,
        due_at=due_at,
        path=path_of(handoff),
        at=at,
        to=[handoff.to_nurse],
    )


def path_of(handoff: Handoff) -> str:
    return reverse("handoffs:handoff", args=[handoff.uuid])


def tell(handoff: Handoff, person, template: str, *, at: datetime) -> None:
    """At once, in the app and by e-mail; no patient data in the message."""
    site = handoff.patient.care_team.site
    for channel in ("in_app", "email") if person.email else ("in_app",):
        enqueue(
            to=person,
            channel=channel,
            template=template,
            context={"site": site.name, "zone": site.zone},
            path=path_of(handoff),
            dedupe_key=f"{template}:{handoff.uuid}:{person.pk}:{channel}",
            at=at,
        )


def tell_sending_side(handoff: Handoff, template: str, *, but, at: datetime) -> None:
    """The sender, who answers for the infusion now, and who plans the way home."""
    team = handoff.patient.care_team_id
    planners = members_at(team, at).filter(role=Role.CASE_MANAGER)
    people = {handoff.sent_by, handoff.cycle.responsible_nurse, *planners} - {but, None}
    for person in sorted(people, key=lambda one: one.pk):
        tell(handoff, person, template, at=at)


def _audit(verb: str, handoff: Handoff, *, by, at: datetime, after: dict, reason="") -> None:
    patient = handoff.patient
    record(verb=verb, subject=handoff, by=by, patient=patient, at=at, after=after, reason=reason)
