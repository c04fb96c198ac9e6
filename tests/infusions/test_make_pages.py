"""The screens of making: one step each, refusals that lose nothing, stops, and nothing to read for
whoever may check."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from infusions.actions.making import do_step, give_up_make, take_over_make
from infusions.models import Bag, MakeSession, MakeStep
from infusions.pharmacy.make_steps import steps_done, steps_of
from tests.factories import key
from tests.infusions.making import (
    answers,
    begun,
    made_by_steps,
    made_until,
    products,
    scan_of,
    stabiliser_ml,
)
from tests.infusions.planning import released, signed


@pytest.fixture
def shelf(cast, clock):
    return products(cast, clock)


def url_of(session) -> str:
    return reverse("infusions:make", args=[session.cycle.uuid, session.planned.n])


def send(client, session, step, **typed):
    """As the page sends it: with the version and the key it showed."""
    session.refresh_from_db()
    data = {"key": step, "version": session.version, "idempotency_key": key(), **typed}
    return client.post(url_of(session), data)


def test_the_whole_bag_is_made_on_the_pages(cast, clock, shelf, sign_in):
    cycle = signed(cast, clock)
    client = sign_in(cast.tom)
    url = reverse("infusions:make", args=[cycle.uuid, 1])
    page = client.get(url)
    assert b"Read the order" in page.content
    begin = {"key": "order_check", "version": cycle.version, "idempotency_key": key()}
    assert client.post(url, begin).url == url
    session = MakeSession.objects.get()
    for step in steps_of(session)[1:]:
        page = client.get(url)
        assert page.context["step"] == step
        if step.kind == "check":
            session = made_until(cast, clock, "inject_mix", session=session)
            continue
        typed = {name: str(value) for name, value in answers(session, step).items()}
        answer = send(client, session, step.key, **typed)
        assert answer.status_code == 302, page.context["stops"]
    bag = Bag.objects.get()
    assert answer.url == reverse("infusions:bag", args=[bag.uuid])
    assert client.get(url).url == answer.url
    record = client.get(reverse("infusions:make_record", args=[bag.make.uuid]))
    assert b"QX77K" in record.content


def test_sent_twice_it_is_done_once(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "hood_garbing")
    data = {"key": "hood_garbing", "version": session.version, "idempotency_key": key()}
    client = sign_in(cast.tom)
    assert client.post(url_of(session), data).status_code == 302
    assert client.post(url_of(session), data).status_code == 302
    assert MakeStep.objects.filter(key="hood_garbing").count() == 1


def test_a_bad_scan_clears_nothing_and_says_why(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "scan_vial_1")
    bad = scan_of("stabiliser")
    page = send(sign_in(cast.tom), session, "scan_vial_1", scan=bad)
    assert page.status_code == 422
    assert bad.encode() in page.content
    assert b"Test stabiliser" in page.content
    assert b'data-code="scan.wrong_product"' in page.content


def test_a_wrong_volume_stays_in_its_field(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "draw_drug")
    page = send(sign_in(cast.tom), session, "draw_drug", amount_ml="17")
    assert page.status_code == 422
    assert "amount_ml" in page.context["form"].errors
    assert b'value="17"' in page.content
    comma = send(sign_in(cast.tom), session, "draw_drug", amount_ml="1,7")
    assert comma.status_code == 422
    assert b'value="1,7"' in comma.content


def test_the_bag_goes_nowhere_by_default(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "finish")
    client = sign_in(cast.tom)
    assert re.search(rb"<input[^>]*\schecked", client.get(url_of(session)).content) is None
    assert send(client, session, "finish").status_code == 422
    assert not Bag.objects.exists()


def test_a_later_step_cannot_be_sent_early(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "scan_vial_1")
    page = send(sign_in(cast.tom), session, "finish", storage="cold", scan="x")
    assert page.status_code == 422
    assert not Bag.objects.exists()


def test_an_old_page_is_told_so(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "scan_vial_1")
    data = {"key": "scan_vial_1", "version": session.version - 1, "idempotency_key": key()}
    page = sign_in(cast.tom).post(url_of(session), data | {"scan": scan_of("drug_vial")})
    assert page.status_code == 409
    assert "scan_vial_1" not in steps_done(session)


def test_a_scan_is_done_again_from_the_rail(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "scan_water")
    client = sign_in(cast.tom)
    url = reverse("infusions:redo_make", args=[session.uuid, "scan_vial_1"])
    assert url.encode() in client.get(url_of(session)).content
    assert b"once more" in client.get(url).content
    data = {"key": "scan_vial_1", "version": session.version, "idempotency_key": key()}
    answer = client.post(url, data | {"scan": scan_of("drug_vial", lot="NEW")})
    assert answer.url == url_of(session)
    assert steps_done(session)["scan_vial_1"].value["lot"] == "NEW"


def test_what_cannot_be_done_again_leads_to_the_next_step(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "scan_water")
    url = reverse("infusions:redo_make", args=[session.uuid, "hood_garbing"])
    assert sign_in(cast.tom).get(url).url == url_of(session)


def live(client, session, step=""):
    url = reverse("infusions:make_state", args=[session.uuid])
    return client.get(f"{url}?step={step}", headers={"X-Live": "1"})


def test_the_open_screen_is_told_to_stop(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "draw_drug")
    client = sign_in(cast.tom)
    assert b"make-stop" not in live(client, session).content
    type(session.cycle.patient).objects.update(allergy_status="unknown")
    page = live(client, session)
    assert b"make-stop" in page.content
    assert b'data-code="patient.allergies_unknown"' in page.content
    assert b"make-stop" in client.get(url_of(session)).content


@pytest.mark.parametrize("how", ["taken over", "given up"])
def test_the_screen_of_who_had_it_stops(cast, clock, shelf, sign_in, how):
    session = made_until(cast, clock, "draw_drug")
    if how == "taken over":
        take_over_make(session=session, by=cast.petra, at=clock.now)
    else:
        give_up_make(session=session, reason="spilt", by=cast.petra, at=clock.now)
    page = live(sign_in(cast.tom), session)
    assert b"make-stop" in page.content
    assert b"Petra Pharma" in page.content


def test_nothing_new_costs_nothing(cast, clock, shelf, sign_in):
    session, client = made_until(cast, clock, "draw_drug"), sign_in(cast.tom)
    url = reverse("infusions:make_state", args=[session.uuid])
    first = client.get(url, headers={"X-Live": "1"})
    again = client.get(url, headers={"X-Live": "1", "If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_the_clock_of_the_opened_vial_runs_until_the_drug_is_in_the_bag(
    cast, clock, shelf, sign_in
):
    client, session = sign_in(cast.tom), made_until(cast, clock, "reconstitute")
    assert b"make-clock" not in live(client, session).content
    made_until(cast, clock, "draw_drug", session=session)
    assert b"Opened vial: into the bag by <b>14:00</b>" in live(client, session).content
    made_until(cast, clock, "air_out", session=session)
    assert b"make-clock" not in live(client, session).content


def test_the_maker_goes_on_when_the_syringe_was_read(cast, clock, shelf, sign_in):
    session, client = made_until(cast, clock, "check_drawn"), sign_in(cast.tom)
    assert b"data-advance" not in live(client, session, "check_drawn").content
    made_until(cast, clock, "inject_mix", session=session)
    page = live(client, session, "check_drawn").content
    assert b"data-advance" in page
    assert b"Farid Pharma" in page


def test_the_second_person_s_page_is_blind(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "check_drawn")
    done = steps_done(session)
    secret = [done["draw_drug"].value["amount_ml"], done["scan_vial_1"].value["lot"], "ST-9"]
    client = sign_in(cast.farid)
    pages = [
        client.get(reverse("infusions:check_drawn", args=[session.uuid])),
        client.get(url_of(session)),
        live(client, session, "check_drawn"),
        client.get(reverse("infusions:prep_board")),
    ]
    for page in pages:
        assert page.status_code == 200
        body = re.sub(rb'(value|content|href|action)="[^"]*"', b"", page.content)
        for value in secret:
            assert re.search(rf"(?<![\d.]){re.escape(value)}(?![\d.])".encode(), body) is None
    assert client.get(reverse("infusions:make_record", args=[session.uuid])).status_code == 404


def test_the_second_person_reads_on_the_page(cast, clock, shelf, sign_in, monkeypatch):
    from tests.people import PASSWORD

    session = made_until(cast, clock, "check_drawn")
    url = reverse("infusions:check_drawn", args=[session.uuid])
    drawn = steps_done(session)["draw_drug"].value["amount_ml"]
    client = sign_in(cast.farid)
    monkeypatch.setattr("infusions.actions.readings.READING_TAKES", timedelta(0))
    data = {"drawn_ml": "9.9", "password": PASSWORD, "version": session.version}
    data |= {"lots": f"{scan_of('drug_vial')}\n{scan_of('stabiliser')}", "method": "in_person"}
    data |= {"stabiliser_ml": str(stabiliser_ml(session))}

    def reads(**typed):
        opened = client.get(url).context["form"]["opened"].value()
        sent = data | {"opened": opened, "idempotency_key": key()} | typed
        return client.post(url, sent, follow=True)

    assert b"do not agree" in reads().content
    assert "check_drawn" not in steps_done(session)
    session.refresh_from_db()
    facts = {"by": cast.tom, "at": clock.now, "amount_ml": Decimal(drawn)}
    do_step(session=session, key="draw_drug", **facts)
    session.refresh_from_db()
    page = reads(drawn_ml=drawn, version=session.version)
    assert b"The drug may go into the bag" in page.content
    assert "check_drawn" in steps_done(session)


def test_the_board_says_who_makes_it_and_what_waits_to_be_read(cast, clock, shelf, sign_in):
    session = made_until(cast, clock, "scan_water")
    board, read = reverse("infusions:prep_board"), b"Read the syringe"
    assert b"Tom Tech, since" in sign_in(cast.farid).get(board).content
    assert read not in sign_in(cast.farid).get(board).content
    made_until(cast, clock, "check_drawn", session=session)
    assert read in sign_in(cast.farid).get(board).content
    assert read not in sign_in(cast.tom).get(board).content
    made_until(cast, clock, "inject_mix", session=session)
    assert read not in sign_in(cast.farid).get(board).content


def test_whoever_had_a_hand_in_it_is_not_asked_to_read(cast, clock, shelf, sign_in):
    session = begun(cast, clock, by=cast.farid)
    take_over_make(session=session, by=cast.tom, at=clock.now)
    made_until(cast, clock, "check_drawn", session=session)
    board, read = reverse("infusions:prep_board"), b"Read the syringe"
    assert read not in sign_in(cast.farid).get(board).content
    assert read in sign_in(cast.petra).get(board).content


def test_another_maker_takes_over_on_the_page(cast, clock, shelf, sign_in):
    session, client = made_until(cast, clock, "scan_water"), sign_in(cast.petra)
    assert b"Tom Tech is making it" in client.get(url_of(session)).content
    url = reverse("infusions:take_over_make", args=[session.uuid])
    client.post(url, {"version": session.version, "idempotency_key": key()})
    session.refresh_from_db()
    assert session.maker == cast.petra
    assert client.get(url_of(session)).context["step"].key == "scan_water"


def test_giving_up_asks_why(cast, clock, shelf, sign_in):
    session, client = made_until(cast, clock, "scan_water"), sign_in(cast.tom)
    url = reverse("infusions:give_up_make", args=[session.uuid])
    assert client.get(url).status_code == 200
    data = {"version": session.version, "idempotency_key": key()}
    assert client.post(url, data).status_code == 422
    client.post(url, data | {"reason": "vial dropped", "idempotency_key": key()})
    session.refresh_from_db()
    assert (session.state, session.closed_because) == ("given_up", "vial dropped")


@pytest.mark.parametrize("who", ["nadia", "carla"])
def test_nobody_else_opens_the_screens(cast, clock, shelf, sign_in, who):
    session = begun(cast, clock)
    client = sign_in(getattr(cast, who))
    assert client.get(url_of(session)).status_code == 403
    assert live(client, session).status_code == 403


def test_another_hospital_finds_nothing(cast, clock, shelf, sign_in):
    session = begun(cast, clock)
    cast.twin_nurse.role = "pharmacist"
    cast.twin_nurse.save()
    client = sign_in(cast.twin_nurse)
    assert client.get(url_of(session)).status_code == 404
    for name in ("make_state", "give_up_make", "check_drawn", "make_record"):
        url = reverse(f"infusions:{name}", args=[session.uuid])
        assert client.get(url, headers={"X-Live": "1"}).status_code == 404


def test_a_bag_that_is_there_is_shown_instead(cast, clock, shelf, sign_in):
    bag = released(cast, clock)
    url = reverse("infusions:make", args=[bag.cycle.uuid, 1])
    assert sign_in(cast.tom).get(url).url == reverse("infusions:bag", args=[bag.uuid])


def test_the_record_of_a_made_bag_waits_for_the_check(cast, clock, shelf, sign_in):
    """Whoever read it and then took a hand in it is no second person: the bag is to be read."""
    session = made_until(cast, clock, "inject_mix")
    take_over_make(session=session, by=cast.farid, at=clock.now)
    bag = made_by_steps(cast, clock, session=session)
    url = reverse("infusions:make_record", args=[bag.make.uuid])
    assert bag.state == "made"
    assert sign_in(cast.petra).get(url).status_code == 404
    released(cast, clock, bag=bag, by=cast.petra)
    assert sign_in(cast.petra).get(url).status_code == 200
