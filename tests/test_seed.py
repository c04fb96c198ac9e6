"""The demo programme is made by the real actions; what it leaves behind must hold together."""

from io import StringIO

import pytest
from django.core.management import call_command

from audit.models import Event
from audit.sealing import seal
from clock.now import now
from education.queries import still_to_teach
from handoffs.models import Handoff
from infusions.models import Bag, BagPlan, CustodyEvidence, Cycle, Hold, Recall
from infusions.pharmacy.custody import gaps_of_bag
from infusions.pharmacy.recalls import trace_of
from infusions.pharmacy.stock import stock_page
from infusions.reports.month import month_of, this_month
from infusions.tasks import verify_states
from monitoring.findings import KINDS as FINDINGS
from notifications.models import Reminder
from patients.models import Patient
from patients.queries import visible_to
from teams.models import CareTeam, User
from visits.models import HomeVisit

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def test_the_demo_holds_together(templates_loaded):
    """One test, because one seeding takes half a minute."""
    assert "Seeded 20 patients" in seed()
    check_that_every_state_is_its_ledger()
    check_that_people_at_home_are_taught_and_visited()
    check_that_a_handoff_waits_for_the_home_nurse()
    check_that_most_began_as_the_advisor_says()
    check_that_a_change_and_a_fever_wait()
    check_that_the_pharmacy_has_its_troubles()
    check_that_the_shelf_is_counted_and_a_lot_recalled()
    check_that_each_account_at_home_sees_its_patient()
    check_that_the_record_is_intact()
    check_that_a_second_run_adds_nothing()


def check_that_every_state_is_its_ledger() -> None:
    assert Cycle.objects.exclude(started_at=None).count() == 17
    assert verify_states() == 0
    assert not Event.objects.filter(verb="state_differs").exists()


def check_that_people_at_home_are_taught_and_visited() -> None:
    at_home = Cycle.objects.filter(state="running", responsible_setting="home")
    assert at_home.count() == 7
    for cycle in at_home:
        assert still_to_teach(cycle.patient, cycle) == []
        visit = cycle.visits.get()
        moment = cycle.next_change_at or cycle.expected_end_at
        assert visit.window_from < moment < visit.window_to
    assert {visit.state for visit in HomeVisit.objects.all()} == {"planned", "accepted"}


def check_that_a_handoff_waits_for_the_home_nurse() -> None:
    handoff = Handoff.objects.get()
    assert (handoff.state, handoff.to_nurse.username) == ("open", "hugo")
    assert handoff.patient.family_name == "Adeyemi-Ross"
    assert [one["kind"] for one in handoff.warnings] == ["list"]


def check_that_most_began_as_the_advisor_says() -> None:
    """Whatever the hour of seeding; one began in the evening and shows what that costs."""
    plans = BagPlan.objects.filter(is_current=True).select_related("cycle__patient")
    outside = {one.cycle.patient.family_name: one.cost["outside_window"] for one in plans}
    assert outside["Ferreira"] > 3
    assert sum(many <= 1 for many in outside.values()) >= len(outside) - 4


def check_that_a_change_and_a_fever_wait() -> None:
    waiting = Cycle.objects.exclude(change_waiting=None)
    assert [cycle.patient.family_name for cycle in waiting] == ["Nakagawa"]
    fever = Reminder.objects.get(kind__in=FINDINGS, state="waiting")
    assert (fever.kind, fever.patient.family_name) == ("fever", "Lindqvist")


def check_that_the_pharmacy_has_its_troubles() -> None:
    assert [hold.cycle.patient.family_name for hold in Hold.objects.all()] == ["Romero"]
    apart = Bag.objects.filter(state="quarantined").order_by("cycle__patient__family_name")
    assert [bag.cycle.patient.family_name for bag in apart] == ["Aurelio", "Romero"]
    lost = [bag for bag in Bag.objects.all() if gaps_of_bag(bag)]
    assert [bag.cycle.patient.family_name for bag in lost] == ["Galloway"]
    assert CustodyEvidence.objects.get().bag.cycle.patient.family_name == "Ferreira"


def check_that_the_shelf_is_counted_and_a_lot_recalled() -> None:
    """No lot was used below nothing, the price says that it is none, the recalled lot is in a
    discarded bag only."""
    petra = User.objects.get(username="petra")
    site = CareTeam.objects.first().site
    page = stock_page(site, petra, now())
    lots = [lot for row in page["products"] for lot in row.lots]
    assert {lot.on_hand > 0 for lot in lots} == {True}
    assert page["outlook"].short_on is not None
    recall = Recall.objects.get()
    bags = trace_of(petra, recall.lot, recall.product).bags
    assert [one.bag.state for one in bags] == ["discarded"]
    assert month_of(petra, this_month(petra, now()), now()).sources == [
        "Made up for the demo: no real price"
    ]


def check_that_each_account_at_home_sees_its_patient() -> None:
    for username, family_name in (("tansy", "Aurelio"), ("marta", "Haddad")):
        person = User.objects.get(username=username)
        assert [patient.family_name for patient in visible_to(person)] == [family_name]


def check_that_the_record_is_intact() -> None:
    out = StringIO()
    while seal():
        pass
    call_command("audit_verify", stdout=out)
    assert out.getvalue().startswith("Intact")
    assert "0 waiting" in out.getvalue()


def check_that_a_second_run_adds_nothing() -> None:
    before = (Patient.objects.count(), User.objects.count(), Event.objects.count())
    assert seed() == ""
    assert (Patient.objects.count(), User.objects.count(), Event.objects.count()) == before
