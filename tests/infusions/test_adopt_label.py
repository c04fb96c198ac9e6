"""A site adopts a set; cycles are planned with it only, and moved to it by their oncologist."""

from datetime import date

import pytest
from django.template.loader import render_to_string

from infusions import values
from infusions.actions import label_moves
from infusions.actions.bags import compound_bag, move_bag
from infusions.actions.passports import withdraw_row
from infusions.labels.sheet import content_of, words_of
from infusions.models import Cycle, LabelAdoption, LabelMove, RowPassport
from infusions.passports import changes
from notifications.models import Reminder
from protocol import label
from protocol.stops import HardStop
from tests.infusions.passports import US, adopt, own_bag, read, read_twice
from tests.infusions.planning import labelled, made, planned, signed
from tests.infusions.test_read_rows import refusal
from tests.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
TWO_BAGS = ("bag.28.24h", "bag.28.48h", "duration.24h", "duration.48h")
ROWS = (*TWO_BAGS, "storage.bag.free", "reconstitution", "dose.rr.2-5")


def moved(cast, clock, cycle, to, **changes):
    facts = {"reason": "New label", "by": cast.olga, "password": PASSWORD, "statement": "yes"}
    facts |= {"at": clock.now, "to_label_id": to}
    return label_moves.move_cycle(cycle=cycle, **{**facts, **changes})


def real_cycle(cast, clock, **changes):
    """On the current US set, whose rows for this patient two pharmacists read."""
    read_twice(cast, clock, *ROWS)
    facts = {"number": 2, "label_id": US, "home_from_hour": None}
    return signed(cast, clock, **{**facts, **changes})


def not_training(cast) -> None:
    cast.organisation.is_training = False
    cast.organisation.save()


def test_a_cycle_is_planned_with_an_adopted_set_only(cast, clock):
    with pytest.raises(HardStop) as caught:
        planned(cast, clock, label_id="us-pi-2017")
    stop = caught.value.stops[0]
    assert (stop.code, stop.link) == ("label.not_adopted", "/infusions/label-sets/us-pi-2017/")


def test_a_set_of_another_site_does_not_count(cast, clock):
    LabelAdoption.objects.filter(site=cast.team.site, is_training=True).update(ended_at=clock.now)
    assert refusal(lambda: planned(cast, clock)) == "label.not_adopted"


def test_adopting_ends_the_set_before_of_the_same_kind(cast, clock):
    adopt(cast, clock, "us-pi-2017")
    rows = cast.team.site.label_adoptions.filter(ended_at=None)
    assert {row.label_id for row in rows} == {"training-us-current", "us-pi-2017"}


@pytest.mark.parametrize("person", ["farid", "adam"])
def test_a_pharmacist_or_an_administrator_adopts(cast, clock, person):
    assert adopt(cast, clock, "us-pi-2017", by=getattr(cast, person)).signature is not None


@pytest.mark.parametrize("person", ["tom", "olga", "nadia", "carla"])
def test_nobody_else_adopts(cast, clock, person):
    act = lambda: adopt(cast, clock, "us-pi-2017", by=getattr(cast, person))  # noqa: E731
    assert refusal(act) == "permission.role"


def test_what_was_in_use_before_can_be_signed_for(cast, clock):
    assert adopt(cast, clock, US).is_from_before is False
    assert refusal(lambda: adopt(cast, clock, US)) == "label.adopted_already"


def test_a_training_set_is_not_adopted_outside_training(cast, clock):
    not_training(cast)
    cast.farid.refresh_from_db()
    assert refusal(lambda: adopt(cast, clock, "training-us-current")) == "label.training_only"


def test_a_set_is_not_adopted_before_it_is_in_force(cast, clock):
    clock.set(clock.now.replace(year=2026, month=5))
    assert refusal(lambda: adopt(cast, clock, US)) == "label.not_in_force_yet"


def test_an_unverified_row_makes_no_bag_and_the_refusal_leads_to_it(cast, clock):
    not_training(cast)
    read_twice(cast, clock, *(row for row in ROWS if row != "reconstitution"))
    with pytest.raises(HardStop) as caught:
        planned(cast, clock, number=2, label_id=US, home_from_hour=None)
    assert "reconstitution" in str(caught.value)


def test_the_link_of_a_refused_bag_is_the_rows_passport(cast, clock):
    cycle = real_cycle(cast, clock)
    not_training(cast)
    withdraw(cast, clock, "bag.28.48h")
    with pytest.raises(HardStop) as caught:
        compound_bag(**work_without_recipe(cast, clock, cycle))
    stop = caught.value.stops[0]
    assert stop.code == "label.row_unverified"
    assert stop.link == f"/infusions/label-sets/{US}/rows/bag.28.48h/"


def test_an_unread_dose_row_makes_no_bag(cast, clock):
    cycle = real_cycle(cast, clock)
    not_training(cast)
    withdraw(cast, clock, "dose.rr.2-5")
    with pytest.raises(HardStop) as caught:
        compound_bag(**work_without_recipe(cast, clock, cycle))
    assert caught.value.stops[0].row_id == "dose.rr.2-5"


def test_rows_read_twice_make_a_bag_for_a_patient(cast, clock):
    cycle = real_cycle(cast, clock)
    not_training(cast)
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=Cycle.objects.get(pk=cycle.pk)))
    assert (bag.recipe_status, bag.label_id, bag.state) == ("verified", US, "released")


def test_a_bag_of_the_sites_own_row_says_so_on_its_label_and_page(cast, clock, sign_in):
    cycle = real_cycle(cast, clock)
    not_training(cast)
    withdraw(cast, clock, "bag.28.48h")
    facts = {"hours": 48, "reconstituted_ml": label_row("bag.28.48h").reconstituted_ml}
    facts |= {"vials": 2, "saline_ml": label_row("bag.28.48h").saline_ml}
    own = own_bag(cast, clock, **facts)
    read(cast, clock, cast.petra, row_id=own.row_id)
    bag = labelled(cast, clock, bag=made(cast, clock, cycle=Cycle.objects.get(pk=cycle.pk)))
    assert (bag.recipe_row, bag.recipe_status) == (own.row_id, "site-protocol")
    assert content_of(bag)["is_site_protocol"] is True
    words = {"label": words_of(content_of(bag))}
    assert "SITE PROTOCOL" in render_to_string("infusions/label/_label.html", words)
    page = sign_in(cast.nadia).get(f"/infusions/bags/{bag.uuid}/").content.decode()
    assert "Site protocol." in page


def test_a_withdrawn_row_stops_the_release_but_not_the_tracking(cast, clock):
    cycle = real_cycle(cast, clock)
    not_training(cast)
    bag = made(cast, clock, cycle=Cycle.objects.get(pk=cycle.pk))
    withdraw(cast, clock, "bag.28.48h")
    bag.refresh_from_db()
    assert refusal(lambda: labelled(cast, clock, bag=bag)) == "label.row_unverified"
    place = {"place": "pharmacy", "storage": "room", "moved_at": clock.now, "by": cast.nadia}
    assert move_bag(bag=bag, code=bag.code, at=clock.now, **place).storage == "room"


def test_a_running_cycle_keeps_its_set_until_it_is_moved(cast, clock):
    cycle = real_cycle(cast, clock)
    adopt(cast, clock, "us-pi-2017")
    cycle.refresh_from_db()
    assert cycle.label_id == US
    assert changes.target_of(cycle).id == "us-pi-2017"


def test_the_oncologist_moves_a_cycle_and_the_pharmacy_looks_at_its_bags(cast, clock):
    cycle = real_cycle(cast, clock)
    bag = made(cast, clock, cycle=Cycle.objects.get(pk=cycle.pk))
    adopt(cast, clock, "us-pi-2017")
    move = moved(cast, clock, cycle, "us-pi-2017")
    cycle.refresh_from_db()
    assert (cycle.label_id, move.from_label_id) == ("us-pi-2017", US)
    assert Reminder.objects.get(kind="bag_to_review").path == f"/infusions/bags/{bag.uuid}/"
    bag = type(bag).objects.get(pk=bag.pk)
    assert bag.state == "made"
    assert values.label_of_bag(bag).id == US


@pytest.mark.parametrize("person", ["farid", "carla", "nadia", "adam"])
def test_nobody_else_moves_a_cycle(cast, clock, person):
    cycle = real_cycle(cast, clock)
    adopt(cast, clock, "us-pi-2017")
    act = lambda: moved(cast, clock, cycle, "us-pi-2017", by=getattr(cast, person))  # noqa: E731
    assert refusal(act) == "permission.role"
    assert not LabelMove.objects.exists()


def test_a_cycle_moves_only_to_the_set_in_force_and_says_why(cast, clock):
    cycle = real_cycle(cast, clock)
    assert refusal(lambda: moved(cast, clock, cycle, "us-pi-2017")) == "label.not_in_force"
    adopt(cast, clock, "us-pi-2017")
    assert refusal(lambda: moved(cast, clock, cycle, "us-pi-2017", reason="")) == "label.no_reason"
    assert refusal(lambda: moved(cast, clock, cycle, "eu-smpc")) == "label.not_in_force"


def test_a_cycle_is_not_moved_to_other_doses(cast, clock):
    cycle = real_cycle(cast, clock)
    order = cycle.orders.get()
    order.steps = [{**order.steps[0], "mcg_per_day": "27"}]
    order.save()
    adopt(cast, clock, "us-pi-2017")
    fresh = Cycle.objects.get(pk=cycle.pk)
    assert refusal(lambda: moved(cast, clock, fresh, "us-pi-2017")) == "label.other_doses"


def test_the_diff_names_the_patients_concerned(cast, clock):
    cycle = real_cycle(cast, clock)
    adopt(cast, clock, "us-pi-2017")
    found = changes.concerned(cast.farid, cast.team.site, "us-pi-2017")
    assert ([one.pk for one in found.cycles], found.others) == ([cycle.pk], 0)
    stranger = make_person("new", cast.organisation, role="pharmacist")
    assert changes.concerned(stranger, cast.team.site, "us-pi-2017").others == 1


def test_many_cycles_take_one_query_for_their_labels(cast, clock, django_assert_num_queries):
    cycles = [real_cycle(cast, clock)]
    first = Cycle.objects.select_related("patient").get(pk=cycles[0].pk)
    again = Cycle.objects.select_related("patient").get(pk=cycles[0].pk)
    with django_assert_num_queries(1):
        values.read_labels([first, again])
        assert values.label_of(first).id == values.label_of(again).id == US


def test_a_training_set_takes_no_query(cast, clock, django_assert_num_queries):
    cycle = Cycle.objects.select_related("patient").get(pk=planned(cast, clock).pk)
    with django_assert_num_queries(0):
        assert values.label_of(cycle) is label.load("training-us-current")


def withdraw(cast, clock, row_id):
    passport = RowPassport.objects.get(row_id=row_id, state="verified")
    facts = {"by": cast.petra, "password": PASSWORD, "statement": "no", "at": clock.now}
    withdraw_row(passport=passport, reason="Wrong", **facts)


def label_row(row_id):
    return next(row for row in label.load(US).rows if row.row_id == row_id)


def work_without_recipe(cast, clock, cycle):
    """What a technician would log, from a label as it was."""
    row = label_row("bag.28.48h")
    return {
        "cycle": Cycle.objects.get(pk=cycle.pk),
        "planned_n": 1,
        "lots": [("L1", date(2027, 12, 31), row.vials)],
        "stabiliser_lot": "ST-9",
        "drawn_ml": row.reconstituted_ml,
        "hood_confirmed": True,
        "garbing_confirmed": True,
        "prepared_at": clock.now,
        "storage": "cold",
        "by": cast.tom,
        "at": clock.now,
    }
