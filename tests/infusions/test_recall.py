"""A recalled lot leads to every bag and patient, and stops what is not hung."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from infusions.actions.bag_corrections import correct_vial
from infusions.actions.making import do_step
from infusions.actions.recalls import sign_recall
from infusions.models import Bag, Quarantine, Recall
from infusions.pharmacy.make_stops import stops_of
from infusions.pharmacy.recalls import lot_of, recalls_of, trace_of
from infusions.readiness import stops_of as stops_of_hang
from notifications.models import Reminder
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.making import GTINS, begun, made_by_steps, made_until, products, scan_of
from tests.infusions.planning import LOT, STABILISER, made, released, signed
from tests.infusions.running import running
from tests.infusions.shelves import received
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("templates_loaded")


def recalled(cast, clock, *, lot=LOT, product=None, by=None, reason="Notice 12 of the maker"):
    facts = {"by": by or cast.farid, "password": PASSWORD, "statement": "I have it."}
    return sign_recall(lot=lot, product=product, reason=reason, at=clock.now, **facts)


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


@pytest.mark.hazard("HZ-32")
def test_hz32_recall_trace_complete(cast, clock):
    """Typed, scanned and corrected lots; stabiliser too; every patient of the organisation."""
    products(cast, clock)
    typed, scanned = made(cast, clock), made_by_steps(cast, clock)
    other = made(cast, clock, lots=[("ELSE", date(2027, 12, 31), 2)])
    found = trace_of(cast.farid, LOT, None)
    assert {one.bag.pk for one in found.bags} == {typed.pk, scanned.pk}
    assert found.patients == 2
    row = other.vial_lots.get()
    facts = {"lot": LOT.lower(), "expires_on": row.expires_on, "count": row.count}
    correct_vial(vial=row, correction_reason="misread", by=cast.tom, at=clock.now, **facts)
    assert len(trace_of(cast.farid, LOT, None).bags) == 3
    assert len(trace_of(cast.farid, STABILISER, None).bags) == 3
    assert trace_of(cast.farid, "L1", None).bags[0].bag == scanned  # the lot of the saline


def test_another_product_with_the_same_lot_is_left_alone(cast, clock):
    kinds = products(cast, clock)
    scanned = made_by_steps(cast, clock)
    assert trace_of(cast.farid, LOT, kinds["drug_vial"]).bags[0].bag == scanned
    assert trace_of(cast.farid, LOT, kinds["water"]).bags == []


def test_a_typed_vial_may_be_of_the_product_and_says_so(cast, clock):
    kinds = products(cast, clock)
    made(cast, clock)
    found = trace_of(cast.farid, LOT, kinds["drug_vial"]).bags
    assert [one.is_sure for one in found] == [False]


def test_signing_quarantines_what_waits_and_asks_about_what_runs(cast, clock):
    cycle = running(cast, clock)
    hung = Bag.objects.get(state="hung")
    waiting = released(cast, clock)
    row = recalled(cast, clock)
    waiting.refresh_from_db()
    hung.refresh_from_db()
    assert (hung.state, waiting.state) == ("hung", "quarantined")
    assert waiting.quarantines.get().cause == Quarantine.Cause.RECALL
    told = Reminder.objects.filter(state__in=["waiting", "raised"])
    assert told.get(kind="prescriber_question").patient == cycle.patient
    assert told.filter(kind="lot_recalled").count() == 2
    assert row.signature.signer == cast.farid
    assert Event.objects.get(verb="recalled_lot").after["quarantined"] == [waiting.code]


def test_running_bags_come_first(cast, clock):
    released(cast, clock)
    running(cast, clock)
    made(cast, clock)
    states = [one.bag.state for one in trace_of(cast.farid, LOT, None).bags]
    assert states == ["hung", "released", "made"]


def test_nobody_checks_a_recalled_bag_out_of_quarantine(cast, clock, sign_in):
    bag = released(cast, clock)
    recalled(cast, clock)
    assert recalls_of(bag)
    page = sign_in(cast.farid).get(reverse("infusions:bag", args=[bag.uuid])).content.decode()
    assert f"Lot {LOT} in this bag is recalled." in page
    assert "Discard the bag" in page


def test_only_a_pharmacist_signs_and_only_once(cast, clock):
    assert refusal(lambda: recalled(cast, clock, by=cast.tom)) == "permission.role"
    assert refusal(lambda: recalled(cast, clock, reason=" ")) == "recall.no_reason"
    recalled(cast, clock)
    assert refusal(lambda: recalled(cast, clock, lot=LOT.lower())) == "recall.known"
    assert Recall.objects.count() == 1


def test_a_recalled_lot_is_neither_received_nor_put_into_a_bag(cast, clock):
    cycle = signed(cast, clock)
    recalled(cast, clock)
    assert refusal(lambda: received(cast, clock)) == "lot.recalled"
    assert refusal(lambda: made(cast, clock, cycle=cycle)) == "lot.recalled"


def test_its_vial_is_refused_in_the_hood(cast, clock):
    products(cast, clock)
    session = made_until(cast, clock, "scan_vial_1", session=begun(cast, clock))
    recalled(cast, clock)
    facts = {"session": session, "key": "scan_vial_1", "by": cast.tom, "at": clock.now}
    assert refusal(lambda: do_step(scan=scan_of("drug_vial"), **facts)) == "lot.recalled"


def test_work_in_the_hood_stops_when_its_lot_is_recalled(cast, clock):
    products(cast, clock)
    session = made_until(cast, clock, "reconstitute", session=begun(cast, clock))
    assert stops_of(session, cast.tom, clock.now) == []
    recalled(cast, clock)
    assert [stop.code for stop in stops_of(session, cast.tom, clock.now)] == ["lot.recalled"]


def test_a_vial_that_turns_out_to_be_recalled_sets_the_bag_apart(cast, clock):
    bag = released(cast, clock, bag=made(cast, clock))
    recalled(cast, clock, lot="BAD")
    row = bag.vial_lots.get()
    facts = {"lot": "bad", "expires_on": row.expires_on, "count": row.count}
    correct_vial(vial=row, correction_reason="misread", by=cast.tom, at=clock.now, **facts)
    assert bag.quarantines.filter(cause="recall").exists()


def test_a_disputed_bag_is_not_released_after_a_recall(cast, clock):
    bag = made(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(state="disputed")
    recalled(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(state="made")  # as after a decision
    bag.refresh_from_db()
    assert refusal(lambda: released(cast, clock, bag=bag)) == "bag.recalled"


def test_a_bag_that_hung_when_its_lot_was_recalled_is_not_hung_again(cast, clock):
    """The start is taken back: the bag waits again, but nobody hangs it."""
    running(cast, clock)
    bag = Bag.objects.get(state="hung")
    recalled(cast, clock)
    Bag.objects.filter(pk=bag.pk).update(state="released", taken_down_at=None)
    bag.refresh_from_db()
    stops = stops_of_hang(bag.cycle, bag, at=clock.now, elapsed=timedelta(0), event=None)
    assert "bag.recalled" in [stop.code for stop in stops]


def test_what_is_typed_is_a_lot_and_what_is_scanned_names_the_product():
    assert lot_of(" qx77k ") == ("QX77K", "")
    assert lot_of(scan_of("drug_vial")) == ("QX77K", GTINS["drug_vial"])
    assert refusal(lambda: lot_of("(01)123")) == "scan.not_gs1"


def test_the_page_lists_before_it_signs(cast, clock, sign_in):
    bag = released(cast, clock)
    client, url = sign_in(cast.farid), reverse("infusions:recalls")
    page = client.get(url, {"lot": LOT})
    assert bag.code.encode() in page.content
    assert Event.objects.filter(verb="looked_at", after__page="infusions:recall").count() == 1
    data = {"reason": "Notice 12", "password": PASSWORD, "idempotency_key": key()}
    answer = client.post(f"{url}?lot={LOT}", data)
    assert answer.status_code in (302, 303)
    bag.refresh_from_db()
    assert bag.state == "quarantined"
    assert client.get(answer["Location"]).status_code == 200


def test_the_wrong_password_signs_nothing(cast, clock, sign_in):
    released(cast, clock)
    data = {"reason": "Notice 12", "password": "no", "idempotency_key": key()}
    answer = sign_in(cast.farid).post(f"{reverse('infusions:recalls')}?lot={LOT}", data)
    assert answer.status_code == 422
    assert not Recall.objects.exists()


def test_patients_of_other_teams_are_counted_and_not_named(cast, clock, sign_in):
    bag = released(cast, clock)
    cast.petra.memberships.update(to_at=clock.now)
    found = trace_of(cast.petra, LOT, None)
    assert (len(found.bags), found.hidden, found.bags[0].patient) == (1, 1, None)
    page = sign_in(cast.petra).get(reverse("infusions:recalls"), {"lot": LOT})
    assert bag.cycle.patient.family_name.encode() not in page.content


def test_another_hospital_sees_nothing(cast, clock, sign_in):
    row = recalled(cast, clock)
    cast.petra.organisation = cast.other_team.site.organisation
    cast.petra.save()
    client = sign_in(cast.petra)
    assert client.get(reverse("infusions:recall", args=[row.uuid])).status_code == 404
    assert sign_in(cast.nadia).get(reverse("infusions:recalls")).status_code == 403


def test_the_number_of_queries_does_not_grow(cast, clock):
    made(cast, clock)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            trace_of(cast.farid, LOT, None)
        return len(found)

    few = queries()
    for _n in range(10):
        made(cast, clock)
    assert queries() == few


def test_the_database_keeps_a_recall(cast, clock):
    row = recalled(cast, clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recall.objects.filter(pk=row.pk).update(lot="X")
