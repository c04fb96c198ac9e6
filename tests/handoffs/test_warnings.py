"""What speaks against going home is told, signed for with a reason, and shown to the receiver."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from handoffs.actions import decline_handoff, withdraw_handoff
from handoffs.models import Handoff
from handoffs.warnings import warnings_of
from infusions.actions.coverage import recompute
from infusions.models import Cycle
from monitoring.actions.vitals import record_vitals
from notifications.models import OutboxMessage
from protocol.stops import HardStop
from tests.handoffs.builders import running_cycle
from tests.handoffs.offers import make_offer, offer_form

pytestmark = pytest.mark.django_db
REASON = "Bed needed; the home nurse sees her tonight."


@pytest.fixture
def cycle(cast, clock):
    return running_cycle(cast)


def kinds(cycle, at, leaves_at=None) -> list[str]:
    return [one.kind for one in warnings_of(cycle, at, leaves_at)]


def after_supervision(cycle, clock) -> None:
    """The same infusion on day 11; the label set recommends days 1 to 9 in hospital."""
    cycle.started_at = clock.now - timedelta(days=10, hours=1)
    cycle.save(update_fields=["started_at"])


def feverish(cycle, cast, at):
    figures = {"temperature_c": Decimal("39.2"), "systolic_mmhg": 88, "diastolic_mmhg": 50}
    return record_vitals(cycle=cycle, by=cast.nadia, measured_at=at, **figures)


def test_supervised_days_are_told_with_their_source(cycle, clock):
    (one,) = warnings_of(cycle, clock.now)
    assert one.kind == "supervised"
    assert "Infusion day 4 lies in the recommended hospital stay: days 1 to 9" in one.text
    assert one.source.startswith("Label set training-us-current, source ")
    assert one.owner == "Oncologist"


def test_the_day_of_the_transfer_counts(cycle, clock):
    assert kinds(cycle, clock.now, cycle.started_at + timedelta(days=9)) == []
    assert kinds(cycle, clock.now, cycle.started_at + timedelta(days=8, hours=23)) == ["supervised"]


def test_findings_of_the_last_day_are_told(cycle, cast, clock):
    after_supervision(cycle, clock)
    assert kinds(cycle, clock.now) == []
    feverish(cycle, cast, clock.now - timedelta(hours=23))
    texts = [one.text for one in warnings_of(cycle, clock.now)]
    assert texts == [
        "Fever 39.2 °C, Yesterday 11:00",
        "Low blood pressure 88/50 mmHg, Yesterday 11:00",
    ]
    assert kinds(cycle, clock.now + timedelta(hours=2)) == []


def test_the_open_list_before_going_home_is_told(cycle, clock, templates_loaded):
    after_supervision(cycle, clock)
    (one,) = warnings_of(cycle, clock.now)
    assert one.kind == "list"
    assert "not done. 0 of" in one.text
    assert one.path == reverse("infusions:home_list", args=[cycle.uuid])


def test_a_stop_an_empty_bag_and_a_waiting_change_are_told(cycle, clock):
    after_supervision(cycle, clock)
    cycle.change_waiting = {"causes": ["paused"], "since": clock.now.isoformat()}
    cycle.bag_delivered_s = 96 * 3600
    assert kinds(cycle, clock.now) == ["bag", "change"]
    cycle.state, cycle.stopped_at = "interrupted", clock.now
    assert kinds(cycle, clock.now) == ["stopped", "change"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"known_warnings": []}, "handoff.warnings"),
        ({"known_warnings": ["list"]}, "handoff.warnings"),
        ({"warnings_reason": "  "}, "handoff.warnings_reason"),
    ],
)
def test_each_warning_is_acknowledged_with_a_reason(cycle, cast, fields, code):
    with pytest.raises(HardStop) as refusal:
        make_offer(cast, cycle, **fields)
    assert refusal.value.stops[0].code == code
    assert not Handoff.objects.exists()


def test_a_fever_that_came_while_the_page_was_open_is_not_passed_over(cycle, cast, clock):
    feverish(cycle, cast, clock.now)
    with pytest.raises(HardStop, match="Fever 39.2"):
        make_offer(cast, cycle, known_warnings=["supervised"])


def test_the_warnings_and_the_reason_are_signed_and_frozen(cycle, cast):
    handoff = make_offer(cast, cycle)
    assert [one["kind"] for one in handoff.warnings] == ["supervised"]
    assert handoff.warnings_reason == REASON
    assert handoff.sent_signature.content["warnings_reason"] == REASON
    assert handoff.sent_signature.content["frozen"]["warnings"] == handoff.warnings


def test_nothing_is_asked_without_a_warning(cycle, cast, clock):
    after_supervision(cycle, clock)
    handoff = make_offer(cast, cycle, known_warnings=[], warnings_reason="")
    assert (handoff.warnings, handoff.warnings_reason) == ([], "")


def test_the_offer_page_shows_each_fact_and_refuses_silence(cycle, cast, clock, sign_in):
    feverish(cycle, cast, clock.now)
    client, page = sign_in(cast.nadia), reverse("handoffs:offer", args=[cycle.uuid])
    shown = client.get(page).content.decode()
    assert "This speaks against going home" in shown
    assert "Fever 39.2 °C" in shown and "ASTCT consensus (Lee 2019)" in shown
    assert reverse("monitoring:flowsheet", args=[cycle.uuid]) in shown
    answer = client.post(page, offer_form(cast, version=cycle.version, warnings_reason="x"))
    assert answer.status_code == 422
    assert "known_warnings" in answer.context["form"].errors
    ticked = ["supervised", "fever", "low_pressure"]
    made = client.post(page, offer_form(cast, version=cycle.version, known_warnings=ticked))
    assert made.status_code == 302


def test_the_receiver_reads_the_warnings_the_reason_and_what_is_new(cycle, cast, clock, sign_in):
    handoff = make_offer(cast, cycle)
    client, page = sign_in(cast.hugo), reverse("handoffs:handoff", args=[handoff.uuid])
    shown = client.get(page).content.decode()
    assert "Infusion day 4 lies in the recommended hospital stay" in shown and REASON in shown
    assert "New since it was offered" not in shown
    feverish(cycle, cast, clock.now)
    shown = client.get(page).content.decode()
    assert "New since it was offered: Fever 39.2 °C" in " ".join(shown.split())


def test_covered_until_is_that_of_the_chart(cycle, cast):
    """The next bag is not there: covered until the change, though the bag lasts longer."""
    change_at = cycle.as_of + timedelta(hours=10)
    Cycle.objects.filter(pk=cycle.pk).update(next_change_at=change_at)
    cycle.refresh_from_db()
    recompute(cycle)
    assert cycle.covered_until == change_at < cycle.bag_ends_at
    handoff = make_offer(cast, cycle)
    assert handoff.frozen["covered_until"] == cycle.covered_until.isoformat()
    assert handoff.frozen["weakest_link"] == cycle.weakest_link
    assert handoff.frozen["weakest_at_home"]["reason"] == "not_planned"


def told(template) -> set[str]:
    rows = OutboxMessage.objects.filter(template=template, channel="in_app")
    return set(rows.values_list("to__username", flat=True))


def test_a_decline_is_told_at_once_to_the_sender_and_who_plans(cycle, cast):
    handoff = make_offer(cast, cycle, by=cast.ines)
    decline_handoff(handoff=handoff, reason="No pump training", by=cast.hugo)
    assert told("handoff_declined") == {"ines", "nadia", "carla"}


def test_a_withdrawal_by_another_is_told_to_the_sender_and_the_receiver(cycle, cast):
    handoff = make_offer(cast, cycle)
    withdraw_handoff(handoff=handoff, by=cast.ines)
    assert told("handoff_withdrawn") == {"nadia", "hugo", "carla"}
