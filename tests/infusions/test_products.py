"""The list of articles a scan is looked up in."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Event
from infusions.actions.products import add_product, restore_product, withdraw_product
from infusions.models import Product
from infusions.scans import gs1
from infusions.scans.products import check_kind, check_not_expired, product_of
from protocol.stops import HardStop
from tests.factories import key

GTIN = "09521234543213"
VIAL = {
    "kind": "drug_vial",
    "name": "Drug 35 mcg vial",
    "gtin": GTIN,
    "mcg_per_vial": Decimal(35),
    "source": "invented for tests",
}


def vial(cast, clock, **changes):
    return add_product(**{**VIAL, **changes}, by=cast.farid, at=clock.now)


def refusal(action) -> str:
    with pytest.raises(HardStop) as caught:
        action()
    return caught.value.stops[0].code


def scan(**parts):
    return gs1.Scan(raw="", **{"gtin": GTIN, "lot": "A1", "expires_on": date(2028, 1, 31), **parts})


def test_a_pharmacist_puts_a_product_on_the_list(cast, clock):
    product = vial(cast, clock, gtin="9521234543213")
    assert product.gtin == GTIN
    assert product_of(scan(), cast.organisation) == product
    assert Event.objects.get(verb="added_product").actor == "Farid Pharma"


def test_the_number_is_read_out_of_a_scan(cast, clock):
    product = vial(cast, clock, gtin=f"]d201{GTIN}1728063010AB12")
    assert product.gtin == GTIN


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"gtin": "9521234543214"}, "scan.check_digit"),
        ({"source": " "}, "product.source"),
        ({"mcg_per_vial": None}, "product.mcg"),
        ({"kind": "tubing_set"}, "product.filter"),
    ],
)
def test_what_is_not_right_is_not_put_on_the_list(cast, clock, changes, code):
    assert refusal(lambda: vial(cast, clock, **changes)) == code


def test_a_number_stands_on_the_list_once(cast, clock):
    vial(cast, clock)
    assert refusal(lambda: vial(cast, clock, name="again")) == "product.known"
    assert Product.objects.count() == 1


def test_a_technician_does_not_keep_the_list(cast, clock):
    fields = {**VIAL, "by": cast.tom, "at": clock.now}
    assert refusal(lambda: add_product(**fields)) == "permission.role"


def test_an_unknown_number_is_refused(cast, clock):
    assert refusal(lambda: product_of(scan(), cast.organisation)) == "scan.unknown_product"


def test_another_hospital_s_list_does_not_count(cast, clock):
    vial(cast, clock)
    other = cast.other_team.site.organisation
    assert refusal(lambda: product_of(scan(), other)) == "scan.unknown_product"


def test_off_the_list_its_code_is_refused_until_it_is_back(cast, clock):
    product = vial(cast, clock)
    withdraw_product(product=product, reason="wrong number", by=cast.farid, at=clock.now)
    assert refusal(lambda: product_of(scan(), cast.organisation)) == "scan.withdrawn_product"
    restore_product(product=product, reason="it was right", by=cast.farid, at=clock.now)
    assert product_of(scan(), cast.organisation) == product


def test_the_wrong_kind_is_named(cast, clock):
    product = vial(cast, clock)
    with pytest.raises(HardStop) as caught:
        check_kind(product, "stabiliser")
    assert "Drug 35 mcg vial" in str(caught.value)
    assert "stabiliser" in str(caught.value)
    check_kind(product, "drug_vial")


def test_a_vial_may_be_used_on_its_last_day(cast, clock):
    product, last = vial(cast, clock), date(2028, 1, 31)
    check_not_expired(scan(), product, last)
    code = refusal(lambda: check_not_expired(scan(), product, date(2028, 2, 1)))
    assert code == "scan.expired"


def test_the_page_keeps_what_was_typed_when_it_refuses(cast, clock, sign_in):
    url = reverse("infusions:products")
    data = {**VIAL, "gtin": "9521234543214", "mcg_per_vial": "35", "idempotency_key": key()}
    page = sign_in(cast.farid).post(url, data)
    assert page.status_code == 422
    assert b"9521234543214" in page.content
    assert client_adds(sign_in(cast.farid), url, data).gtin == GTIN


def client_adds(client, url, data):
    client.post(url, {**data, "gtin": GTIN, "idempotency_key": key()})
    return Product.objects.get()


def test_a_technician_reads_the_list_only(cast, clock, sign_in):
    product = vial(cast, clock)
    client = sign_in(cast.tom)
    page = client.get(reverse("infusions:products"))
    assert GTIN.encode() in page.content
    assert b'name="gtin"' not in page.content
    assert client.get(reverse("infusions:product", args=[product.uuid])).status_code == 403


def test_the_page_takes_a_product_off_the_list(cast, clock, sign_in):
    product = vial(cast, clock)
    url = reverse("infusions:product", args=[product.uuid])
    sign_in(cast.farid).post(url, {"reason": "wrong", "idempotency_key": key()})
    product.refresh_from_db()
    assert not product.is_active


def test_a_product_of_another_hospital_is_not_found(cast, clock, sign_in):
    other = cast.other_team.site.organisation
    product = vial(cast, clock)
    Product.objects.update(organisation=other)
    url = reverse("infusions:product", args=[product.uuid])
    assert sign_in(cast.farid).get(url).status_code == 404
