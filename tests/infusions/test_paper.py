"""A printed sheet of a plan says on every page whose it is, as of when, and whether it counts."""

import pytest
from django.urls import reverse

from infusions.actions.plans import accept_plan
from infusions.models import Cycle
from infusions.plans.proposals import shown_of
from infusions.plans.wishes import WhatIf
from infusions.queries import plan_of
from tests.infusions.planning import planned
from tests.people import PASSWORD

HEAD = '<div class="paper-head" aria-hidden="true">'


@pytest.fixture
def cycle(cast, clock):
    return planned(cast, clock, planned_start=clock.now, home_from_hour=216)


@pytest.fixture
def see(cast, sign_in):
    client = sign_in(cast.farid)
    return lambda name, *args, query="": client.get(
        reverse(f"infusions:{name}", args=args) + query
    ).content.decode()


def accept(cast, clock, cycle, what_if=None):
    what_if = what_if or WhatIf()
    accept_plan(
        cycle=cycle,
        what_if=what_if,
        digest=shown_of(cycle, what_if, clock.now).digest,
        by=cast.farid,
        password=PASSWORD,
        statement="yes",
        at=clock.now,
    )
    return Cycle.objects.get(pk=cycle.pk)


def head(page: str) -> str:
    (found,) = [part.split("</div>")[0] for part in page.split(HEAD)[1:]]
    return found


def test_a_proposed_plan_is_no_accepted_one_on_paper_either(see, cycle):
    found = head(see("plan", cycle.uuid))
    patient = cycle.patient
    assert "Proposed, not accepted" in found
    assert f"{patient.family_name}, {patient.given_name}" in found
    assert patient.record_number in found
    assert "as of Mon 4 Jan 10:00" in found


def test_an_accepted_plan_carries_no_mark(cast, clock, see, cycle):
    accept(cast, clock, cycle)
    assert "paper-mark" not in head(see("plan", cycle.uuid))


def test_a_what_if_says_that_it_is_not_in_force(cast, clock, see, cycle):
    accept(cast, clock, cycle)
    assert "What if: not in force" in head(see("plan", cycle.uuid, query="?tie=2"))
    assert "Not a plan in force" in head(see("compare_plans", cycle.uuid, query="?a=&b=tie%3D2"))


def test_a_plan_that_another_replaced_is_marked_superseded(cast, clock, see, cycle):
    first = plan_of(cycle)
    cycle = accept(cast, clock, cycle)
    assert "paper-mark" not in head(see("old_plan", first.uuid))
    accept(cast, clock, cycle, WhatIf(tie=2))
    assert "SUPERSEDED" in head(see("old_plan", first.uuid))
