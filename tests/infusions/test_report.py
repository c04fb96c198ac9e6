"""The pharmacy's month: waste, cost, releases, times, and what a spreadsheet gets of it."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import Event
from infusions.actions.bags import discard_bag
from infusions.actions.labels import print_label
from infusions.actions.making import give_up_make
from infusions.actions.stock import set_cost
from infusions.models import Bag, NearMiss
from infusions.reports import table
from infusions.reports.month import month_of
from tests.infusions.making import begun, made_by_steps, made_until, products
from tests.infusions.planning import labelled, made, released
from tests.infusions.running import running

pytestmark = pytest.mark.usefixtures("templates_loaded")
JANUARY = date(2027, 1, 1)
CONTENT = Decimal(35)  # mcg of a vial, by the training label set


def month(cast, clock, first=JANUARY):
    return month_of(cast.quinn, first, clock.now)


def of_kind(found, kind):
    return [row for row in found.waste if row.kind == kind]


def priced(cast, clock, product, amount="100.00"):
    facts = {"currency": "USD", "from_on": date(2027, 1, 2), "source": "list", "by": cast.farid}
    site = cast.team.site
    set_cost(site=site, product=product, amount=Decimal(amount), at=clock.now, **facts)


def test_what_stays_in_the_vials_is_waste(cast, clock):
    bag = made(cast, clock)
    found = month(cast, clock)
    assert (found.bags, found.vials, found.drug_mcg) == (1, bag.vials, bag.drug_mcg)
    row = of_kind(found, "vials")[0]
    assert row.drug_mcg == bag.vials * CONTENT - bag.drug_mcg
    assert row.vials == row.drug_mcg / CONTENT


def test_a_bag_that_never_hung_is_waste_with_its_reason(cast, clock):
    bag = released(cast, clock)
    discard_bag(bag=bag, reason="Leaked", by=cast.nadia, at=clock.now)
    row = of_kind(month(cast, clock), "lost")[0]
    assert (row.code, row.why, row.drug_mcg) == (bag.code, "Leaked", bag.drug_mcg)


def test_what_was_left_in_a_bag_taken_down_follows_the_run(cast, clock):
    running(cast, clock)
    bag = Bag.objects.get(state="hung")
    clock.forward(hours=10)
    Bag.objects.filter(pk=bag.pk).update(state="finished", taken_down_at=clock.now)
    rows = of_kind(month(cast, clock), "left")
    left_h = Decimal(bag.bag_hours - 10)
    assert [row.drug_mcg for row in rows] == [
        (bag.dose_mcg_per_day * left_h / 24).quantize(rows[0].drug_mcg)
    ]


def test_opened_vials_of_work_given_up_are_waste_unopened_ones_not(cast, clock):
    products(cast, clock)
    early = made_until(cast, clock, "reconstitute", session=begun(cast, clock))
    give_up_make(session=early, reason="fire drill", by=cast.tom, at=clock.now)
    assert of_kind(month(cast, clock), "given_up") == []
    late = made_until(cast, clock, "swirl", session=begun(cast, clock))
    give_up_make(session=late, reason="spilt", by=cast.tom, at=clock.now)
    assert [row.why for row in of_kind(month(cast, clock), "given_up")] == ["spilt"]


def test_cost_is_that_of_the_day_and_unknown_stays_unknown(cast, clock):
    vial = products(cast, clock)["drug_vial"]
    typed, scanned = made(cast, clock), made_by_steps(cast, clock)
    found = month(cast, clock)
    assert (found.total.costs, found.total.unpriced) == ([], len(found.waste))
    priced(cast, clock, vial)
    found = month(cast, clock)
    costs = {row.code: row.cost for row in of_kind(found, "vials")}
    rest = (scanned.vials * CONTENT - scanned.drug_mcg) / CONTENT * 100
    assert costs[scanned.code] == rest.quantize(Decimal("0.01"))
    assert costs[typed.code] is None  # nobody scanned which product it was
    assert found.opened.costs == [("USD", Decimal(100 * scanned.vials))]
    assert found.opened.unpriced == 1


def test_a_later_price_does_not_change_what_was(cast, clock):
    vial = products(cast, clock)["drug_vial"]
    made_by_steps(cast, clock)
    facts = {"currency": "USD", "source": "list", "by": cast.farid, "at": clock.now}
    later = date(2027, 1, 30)
    set_cost(site=cast.team.site, product=vial, amount=Decimal(7), from_on=later, **facts)
    assert month(cast, clock).opened.costs == []


def test_months_are_those_of_the_site(cast, clock):
    made(cast, clock)
    assert month(cast, clock, date(2026, 12, 1)).bags == 0
    assert month(cast, clock).before == date(2026, 12, 1)
    assert month(cast, clock).after is None


def test_times_reprints_and_single_checks(cast, clock):
    bag = made(cast, clock)
    clock.forward(hours=3)
    bag = labelled(cast, clock, bag=released(cast, clock, bag=bag)) or bag
    bag = Bag.objects.get()
    print_label(bag=bag, paper="thermal", reason="smudged", by=cast.tom, at=clock.now)
    found = month(cast, clock)
    assert found.made_to_release.middle == timedelta(hours=3)
    assert found.order_to_release.n == 1
    assert [one.reason for one in found.reprints] == ["smudged"]
    assert found.single_checked == []


def test_near_misses_count_by_kind_and_not_while_a_bag_is_read(cast, clock):
    done, waits = released(cast, clock), made(cast, clock)
    for bag in (done, done, waits):
        NearMiss.objects.create(
            cycle=bag.cycle, bag=bag, kind="lots", stage="drawn", occurred_at=clock.now
        )
    found = month(cast, clock)
    assert [n for _step, _kind, n in found.near_misses] == [2]
    assert found.hidden == 1


def test_the_number_of_queries_does_not_grow(cast, clock):
    products(cast, clock)
    made_by_steps(cast, clock)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            month(cast, clock)
        return len(found)

    few = queries()
    for _n in range(5):
        made_by_steps(cast, clock)
        discard_bag(bag=released(cast, clock), reason="x", by=cast.nadia, at=clock.now)
    assert queries() == few


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_text_is_no_formula(text):
    assert table.guarded(text) == f"'{text}"
    assert table.guarded(Decimal(-1)) == Decimal(-1)
    assert table.guarded("Leaked") == "Leaked"


def test_csv_and_workbook_hold_the_same_and_no_formula(cast, clock, sign_in):
    discard_bag(bag=released(cast, clock), reason="=HYPERLINK(1)", by=cast.nadia, at=clock.now)
    client = sign_in(cast.quinn)
    answer = client.get(reverse("infusions:report_csv", args=["2027-01"]))
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert ["Bags", "Bags made", "1", ""] in rows
    assert any("'=HYPERLINK(1)" in row for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)
    answer = client.get(reverse("infusions:report_xlsx", args=["2027-01"]))
    book = load_workbook(BytesIO(answer.content))
    cells = [cell for row in book["Waste log"].iter_rows() for cell in row]
    assert any(cell.value == "'=HYPERLINK(1)" for cell in cells)
    assert "f" not in {cell.data_type for cell in cells}
    assert Event.objects.filter(verb="exported_report").count() == 2


def test_who_reads_the_report(cast, clock, sign_in):
    bag = made(cast, clock)
    url = reverse("infusions:report")
    assert bag.code.encode() in sign_in(cast.quinn).get(url).content
    assert sign_in(cast.farid).get(url).status_code == 200
    for person in (cast.tom, cast.nadia, cast.outsider):
        assert sign_in(person).get(url).status_code == 403
    assert sign_in(cast.quinn).get(f"{url}2027-13/").status_code == 404


def test_another_hospital_s_bags_are_not_in_it(cast, clock):
    made(cast, clock)
    cast.quinn.memberships.update(to_at=clock.now)
    assert month(cast, clock).bags == 0
