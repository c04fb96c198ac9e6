"""What speaks against going home now: told to the sender, signed with the offer, shown to the
receiver. Nothing here refuses; the sender says that they know it, and why it is right all the same.
"""

from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from display.formats import clock24, when
from handoffs.queries import last_back_from_home
from infusions import queries, values
from infusions.cover.bag_now import bag_now
from infusions.cover.links import Cover, cover_of
from infusions.models import Cycle
from infusions.run_lists import HOME, page_of, standing
from monitoring.queries import findings_since
from protocol.schedule import cycle_schedule, is_supervised_day
from protocol.stops import HardStop

# How far back findings are told; older ones stand on the flowsheet. Not a clinical limit.
LOOK_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class HomeWarning:
    """`source`: where the fact comes from. `owner`: whose it is. `path`: its page."""

    kind: str
    text: str
    source: str
    owner: str
    path: str


def warnings_of(cycle: Cycle, at: datetime, leaves_at: datetime | None = None) -> list[HomeWarning]:
    """Every fact that speaks against it, worst first. `leaves_at`: the planned transfer."""
    found = [
        _stopped(cycle, at),
        _bag(cycle, at),
        *_findings(cycle, at),
        _supervised(cycle, leaves_at or at, at),
        _list(cycle, at),
        _change(cycle),
    ]
    return [one for one in found if one]


def as_rows(warnings: list[HomeWarning]) -> list[dict]:
    """For the frozen part of a handoff."""
    return [asdict(one) for one in warnings]


def cover_at_home(cycle: Cycle) -> Cover:
    """The cover as it would be once the infusion is at home, by the one function for it."""
    there = copy(cycle)
    there.responsible_setting = "home"
    return cover_of(there)


def _zone(cycle: Cycle) -> str:
    return cycle.patient.care_team.site.zone


def _chart(cycle: Cycle) -> str:
    return reverse("dashboards:chart", args=[cycle.patient.uuid])


def _nurse(cycle: Cycle) -> str:
    return str(cycle.responsible_nurse or _("Infusion nurse"))


def _stopped(cycle: Cycle, at: datetime) -> HomeWarning | None:
    if cycle.state != Cycle.State.INTERRUPTED:
        return None
    since = clock24(cycle.stopped_at, _zone(cycle), at)
    text = _("The infusion is stopped since %(since)s.") % {"since": since}
    return HomeWarning("stopped", text, _("Ledger of the infusion"), _nurse(cycle), _chart(cycle))


def _bag(cycle: Cycle, at: datetime) -> HomeWarning | None:
    now = bag_now(cycle, at)
    if now is None or not now.is_wrong:
        return None
    since = clock24(now.since, _zone(cycle), at)
    words = _("The bag should be empty since %(since)s.")
    if not now.is_empty:
        words = _("The bag or the infusion was due to change at %(since)s.")
    source = _("Ledger of the infusion")
    return HomeWarning("bag", words % {"since": since}, source, _nurse(cycle), _chart(cycle))


def _findings(cycle: Cycle, at: datetime) -> list[HomeWarning]:
    """The newest of each kind in the last hours."""
    newest: dict[str, HomeWarning] = {}
    for moment, one in findings_since(cycle, at - LOOK_BACK):
        words = {"what": one.text, "at": clock24(moment, _zone(cycle), at)}
        text = _("%(what)s, %(at)s") % words
        path = reverse("monitoring:flowsheet", args=[cycle.uuid])
        found = HomeWarning(one.kind, text, one.source, _("Oncologist"), path)
        newest.setdefault(one.kind, found)
    return list(newest.values())


def _supervised(cycle: Cycle, leaves_at: datetime, at: datetime) -> HomeWarning | None:
    """The recommended hospital stay of this cycle, by its own label set."""
    path = reverse("infusions:plan", args=[cycle.uuid])
    try:
        schedule = cycle_schedule(
            values.label_of(cycle),
            indication=cycle.indication,
            cycle_no=cycle.number,
            start=cycle.started_at,
        )
    except HardStop:
        text = _("The label set does not say which days are spent in hospital.")
        return HomeWarning("supervised", text, cycle.label_id, _("Oncologist"), path)
    day = queries.infusion_day(cycle, leaves_at)
    if not is_supervised_day(schedule, day):
        return None
    first, last = schedule.supervised_days or (day, day)
    words = {
        "day": day,
        "first": first,
        "last": last,
        "until": when(schedule.start + timedelta(days=last), _zone(cycle), at),
    }
    text = _(
        "Infusion day %(day)s lies in the recommended hospital stay: days %(first)s to %(last)s, "
        "until %(until)s."
    )
    named = {"label": cycle.label_id, "source": schedule.supervision_source}
    source = _("Label set %(label)s, source %(source)s") % named
    return HomeWarning("supervised", text % words, source, _("Oncologist"), path)


def _list(cycle: Cycle, at: datetime) -> HomeWarning | None:
    found = standing(cycle, HOME, at, last_back_from_home(cycle))
    if found is None or found.is_done:
        return None
    words = {"title": _(found.title), "done": found.answered, "total": found.total}
    text = _("%(title)s: not done. %(done)s of %(total)s answered as they must be.") % words
    if found.checklist is not None and not found.items:
        text = _("%(title)s: answered, not signed.") % words
    owners = sorted({one.owner for one in found.items if one.owner})
    owner = ", ".join(owners) or _("Infusion nurse")
    return HomeWarning("list", text, _("Checklist of this cycle"), owner, page_of(HOME, cycle))


def _change(cycle: Cycle) -> HomeWarning | None:
    if not cycle.change_waiting:
        return None
    text = _("The plan no longer fits what happened; a change waits for a decision.")
    owner = _("Pharmacist, case manager")
    path = reverse("infusions:reflow", args=[cycle.uuid])
    return HomeWarning("change", text, _("Ledger and plan in force"), owner, path)
