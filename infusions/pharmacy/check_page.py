"""What the pages of the second and third person show. Before they have read, no figure of the work:
only what was ordered and planned."""

from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from display.formats import amount
from infusions import check_turns, values
from infusions.check_turns import Subject
from infusions.cover.slack import slack_of
from infusions.models import Bag, BagCheck, Dispute, MakeSession
from infusions.pharmacy import make_page
from infusions.queries import signed_order_of
from infusions.readings import Lot, as_kept, drawn_of, label_of_print
from teams.permissions import Permission, can

Decision, Stage = Dispute.Decision, BagCheck.Stage


def about(subject: Subject) -> dict:
    """Patient, cycle and what the banner needs, of a bag or of the work in the hood."""
    if isinstance(subject, MakeSession):
        return {**make_page.about(subject), "subject": subject}
    patient = subject.cycle.patient
    return {
        "patient": patient,
        "cycle": subject.cycle,
        "bag": subject,
        "subject": subject,
        "planned": subject.planned,
        "zone": patient.care_team.site.zone,
        "rules": values.label_of_bag(subject),
    }


def ordered(subject: Subject, at: datetime) -> dict:
    """Does it still fit: the order, the plan, the time. Figures of the work are not among them."""
    order = signed_order_of(subject.cycle)
    context = {
        "signed": order.signature if order else None,
        "order_is_this": order is not None and order.pk == subject.order_id,
        "plan_is_current": subject.planned.plan.is_current,
        "bags": subject.planned.plan.bags.count(),
    }
    return context | (slack_of(subject, at) if isinstance(subject, Bag) else {})


def marks_of(bag: Bag, user) -> dict:
    """For the page of a bag: what is open about its two readings, and for whom."""
    dispute = check_turns.open_dispute(bag)
    may_check = can(user, Permission.CHECK_BAG) and not check_turns.made(bag, user)
    may_read_again = bag.compounded_by_id == user.pk and check_turns.waits_for_maker(bag)
    alone = getattr(bag, "emergency_release", None)
    return {
        "dispute": dispute,
        "alone": alone,
        "may_check": may_check and check_turns.is_to_check(bag),
        "may_read_again": may_read_again,
        "may_read_label": check_turns.may_read_label(bag, user),
        "may_release_alone": can(user, Permission.RELEASE_ALONE) and bag.state == Bag.State.MADE,
        "shows_recipe": bag.released_at is not None,
    }


def sides(subject: Subject, dispute: Dispute) -> list[dict]:
    """Both sets side by side, and the third one: rows of {name, cells, differs}."""
    readings = check_turns.sides_of(subject, dispute)
    third = check_turns.third_reading(subject, dispute)
    sets = [_logged(subject, dispute), *(row.read for row in readings)]
    sets += [third.read] if third else []
    names = DRAWN_ROWS if dispute.stage == Stage.DRAWN else LABEL_ROWS
    rows = [{"name": title(), "cells": [word(one) for one in sets]} for title, word in names]
    for row in rows:
        row["differs"] = len({_key(cell) for cell in row["cells"]}) > 1
    return rows


def _key(cell: str) -> str:
    return "".join(cell.upper().split())


def _logged(subject: Subject, dispute: Dispute) -> dict:
    if dispute.stage == Stage.DRAWN:
        return as_kept(drawn_of(subject))
    return as_kept(label_of_print(subject.labels.order_by("-n").first()))


def _lots(read: dict) -> str:
    return ", ".join(sorted({Lot(**lot).lot.upper() for lot in read["lots"]}))


def _amount(name: str, unit: str):
    return lambda read: amount(Decimal(read[name]), unit)


DRAWN_ROWS = (
    (lambda: _("Lots"), _lots),
    (lambda: _("Drug drawn"), _amount("drug_ml", "mL")),
    (lambda: _("Stabiliser drawn"), _amount("stabiliser_ml", "mL")),
)
LABEL_ROWS = (
    (lambda: _("Code"), lambda read: read["code"]),
    (lambda: _("Rate"), _amount("rate_ml_per_h", "mL/h")),
    (lambda: _("Volume to be infused"), _amount("volume_ml", "mL")),
    (lambda: _("Duration"), _amount("duration_h", "h")),
)


def heads(subject: Subject, dispute: Dispute) -> list[dict]:
    """Above the columns of `sides`: who."""
    first = _("Logged") if dispute.stage == Stage.DRAWN else _("Printed")
    maker = subject.maker if isinstance(subject, MakeSession) else subject.compounded_by
    found = [{"title": first, "who": maker if dispute.stage == Stage.DRAWN else ""}]
    for n, row in enumerate(check_turns.sides_of(subject, dispute), 1):
        found.append({"title": _("Reading %(n)s") % {"n": n}, "who": row.checked_by})
    third = check_turns.third_reading(subject, dispute)
    return found + ([{"title": _("Third person"), "who": third.checked_by}] if third else [])


def decisions(third: BagCheck) -> list[tuple[str, str]]:
    """What the third person's own reading allows, in words that say what follows."""
    on_label = third.stage == Stage.LABEL
    reject = (Decision.REJECT, _("Reject the bag. Another one is made."))
    if third.agreed:
        accepted = _("The label is right") if on_label else _("What was logged is right: go on")
        return [(Decision.AS_LOGGED, accepted), reject]
    wrong = _("The label is wrong: print it again, then it is read anew")
    log = _("What was logged is wrong: the maker corrects it, then it is read anew")
    return [(Decision.AS_READ, wrong if on_label else log), reject]


def home_of(subject: Subject) -> str:
    """Where to go afterwards."""
    if isinstance(subject, Bag):
        return reverse("infusions:bag", args=[subject.uuid])
    return reverse("infusions:prep_board")
