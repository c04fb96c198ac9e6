"""What the screens of making show. Whoever is not making this bag is shown no figure of it."""

from datetime import datetime

from django.http import Http404

from infusions import queries, values
from infusions.check_turns import waits_for_maker
from infusions.models import MakePhoto, MakeSession, MakeStep
from infusions.pharmacy import make_words
from infusions.pharmacy.make_steps import recipe_of, steps_done, vial_limit
from infusions.pharmacy.make_stops import stops_of
from patients.queries import visible_to
from protocol import making
from protocol.stops import HardStop

PARTS = ("planned__plan", "maker", "closed_by", "bag", "order__signature")


def open_session(cycle, n: int) -> MakeSession | None:
    """The one being made now, of this plan or of one that another took the place of."""
    rows = MakeSession.objects.filter(cycle=cycle, planned__n=n, state=MakeSession.State.OPEN)
    found = rows.select_related(*PARTS).order_by("-planned__plan__is_current", "-pk").first()
    if found is not None:
        found.cycle = cycle
    return found


def get_session_for(user, uuid) -> MakeSession:
    """The session, if this person may see its patient; 404 otherwise."""
    rows = MakeSession.objects.filter(cycle__patient__in=visible_to(user), uuid=uuid)
    parts = [f"cycle__{part}" for part in queries.CYCLE_PARTS]
    found = rows.select_related(*PARTS, *parts).first()
    if found is None:
        raise Http404
    return found


def shown(session: MakeSession, step: making.MakeStep, at: datetime) -> dict:
    """For the maker: the step, the rail, and everything the head of the screen says."""
    recipe = recipe_of(session)
    steps = making.make_steps(recipe)
    done = steps_done(session)
    return {
        **about(session),
        "step": step,
        "words": make_words.words_of(step, recipe),
        "recipe": recipe,
        "number": [one.key for one in steps].index(step.key) + 1,
        "of": len(steps),
        "rail": rail_of(steps, done, step),
        "again": step.key in done,
        "photos_here": step.stage in ("bag", "drug", "close"),
        "photos": session.photos.count(),
    }


def about(session: MakeSession) -> dict:
    cycle = session.cycle
    return {
        "session": session,
        "cycle": cycle,
        "patient": cycle.patient,
        "zone": cycle.patient.care_team.site.zone,
        "planned": session.planned,
        "bags": session.planned.plan.bags.count(),
        "rules": values.label_of(cycle),
    }


def rail_of(steps, done: dict[str, MakeStep], current: making.MakeStep) -> list[dict]:
    """Every step by name: done (with when, and whether it may be done again), now, to come."""
    again = making.redoable(steps, done)
    return [
        {
            "key": step.key,
            "name": make_words.name_of(step),
            "stage": step.stage,
            "done": done.get(step.key),
            "is_current": step.key == current.key,
            "may_again": step.key in again,
        }
        for step in steps
    ]


def state_of(session: MakeSession, user, at: datetime, *, key: str = "") -> dict:
    """The live part: why the work stops, the clock of the opened vial, and whether the second
    person has read. No figure stands in it."""
    done = steps_done(session)
    opened = done.get(making.RECONSTITUTE)
    runs = opened is not None and making.INJECT not in done
    return {
        "session": session,
        "zone": session.cycle.patient.care_team.site.zone,
        "halts": stops_of(session, user, at),
        "opened": opened if runs else None,
        "limit": vial_limit(session, opened.at) if opened and runs else None,
        "read_by": done.get(making.CHECK_DRAWN) if key == making.CHECK_DRAWN else None,
        "read_again": key == making.CHECK_DRAWN and waits_for_maker(session),
    }


def progress_of(session: MakeSession) -> dict:
    """For others: how far, nothing of what."""
    try:
        steps = making.make_steps(recipe_of(session))
    except HardStop:
        return {"done": session.steps.filter(corrected_by=None).count(), "of": None}
    done = steps_done(session)
    coming = making.next_step(steps, done)
    waits = coming is not None and coming.key == making.CHECK_DRAWN
    return {"done": len(done), "of": len(steps), "waits_for_reader": waits}


def record_of(session: MakeSession) -> list[MakeStep]:
    """Every row of every step, as it was written."""
    return list(session.steps.select_related("by", "corrected_by").order_by("pk"))


def photos_of(session: MakeSession, names: dict[str, str]) -> list[MakePhoto]:
    """Each with the name of its step."""
    rows = list(session.photos.select_related("taken_by").order_by("pk"))
    for row in rows:
        row.step_name = names.get(row.key, row.key)
    return rows
