"""Reads the bytes: while a check is open, nothing that the person who may check can open holds a
value of the first person, in any near form."""

import pytest
from django.urls import get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from audit.models import Event
from infusions.actions.checks import check_bag
from tests.infusions.disputes import disputed
from tests.infusions.making import made_until, products
from tests.infusions.planning import made, reading

LEAST = 5


def near_forms(amount) -> list[str]:
    plain = f"{amount.normalize():f}"
    return [f"{plain} mL", f"{plain}\xa0mL", f"{plain}&nbsp;mL", f'"{plain}"', f"{amount} mL",
            f'"{amount}"', f">{plain}<", f"{plain.replace('.', ',')} mL", f"'{plain}'"]  # fmt: skip


def secrets_of(bag) -> list[str]:
    lots = [row.lot for row in bag.vial_lots.all()] + [bag.stabiliser_lot]
    forms = [form for lot in lots for form in (lot, lot.lower())]
    # Three letters without their dash stand by chance in the random token of a form.
    forms += [lot.replace("-", "") for lot in lots if len(lot) > LEAST]
    return forms + near_forms(bag.drawn_ml) + near_forms(bag.stabiliser_ml)


def addresses(bag) -> list[str]:
    """Every page and API answer about this bag, its cycle and its patient, and the lists."""
    about = {"bags": bag.uuid, "cycles": bag.cycle.uuid, "patients": bag.cycle.patient.uuid}
    found = ["/", "/api/v1/bags/", "/api/v1/cycles/", f"/api/v1/bags/{bag.uuid}/"]
    found += [f"/api/v1/cycles/{bag.cycle.uuid}/", f"/api/v1/cycles/{bag.cycle.uuid}/bags/"]
    for name in names():
        for args in ([], *([one] for one in about.values()), [bag.cycle.uuid, 1]):
            try:
                path = reverse(name, args=args)
            except NoReverseMatch:
                continue
            if not args or any(f"{noun}/{one}/" in path for noun, one in about.items()):
                found.append(path)
    return sorted(set(found))


def names() -> list[str]:
    found = []
    for space in ("infusions", "dashboards", "patients", "monitoring", "audit", "notifications"):
        resolver = get_resolver().namespace_dict.get(space)
        if resolver:
            found += [f"{space}:{n}" for n in resolver[1].reverse_dict if isinstance(n, str)]
    return [name for name in found if not name.endswith(("_pdf", "logout"))]


def leaks(client, bag) -> list[tuple[str, str]]:
    found = []
    for page in addresses(bag):
        for headers in (
            {},
            {"HX-Request": "true"},
            {"X-Live": "1"},
            {"Accept": "application/json"},
        ):
            answer = client.get(page, headers=headers)
            if answer.status_code != 200 or answer.streaming:
                break
            body = answer.content.decode(errors="replace")
            found += [(page, secret) for secret in secrets_of(bag) if secret in body]
    return found


@pytest.mark.parametrize("again", [False, True], ids=["first reading", "second reading"])
def test_no_page_tells_who_may_check_what_was_logged(cast, clock, sign_in, again):
    bag = made(cast, clock)
    if again:
        check_bag(**reading(cast, clock, bag, lots="OTHER, ST-8"))
    assert leaks(sign_in(cast.petra), bag) == []
    assert len(addresses(bag)) > 40


def test_the_third_person_sees_nothing_before_they_have_read(cast, clock, sign_in):
    assert leaks(sign_in(cast.petra), disputed(cast, clock)) == []


def test_the_test_itself_can_see(cast, clock, sign_in):
    """The technician who made it is told; so the pages do hold it, for those who may."""
    bag = made(cast, clock)
    client = sign_in(cast.tom)
    for page in (reverse("infusions:bag", args=[bag.uuid]), f"/api/v1/bags/{bag.uuid}/"):
        body = client.get(page).content.decode()
        assert [secret for secret in secrets_of(bag) if secret in body], page


def test_the_record_holds_no_value_either(cast, clock, sign_in):
    """The audit page is for the privacy officer; its rows are free of readings all the same."""
    bag = made(cast, clock)
    check_bag(**reading(cast, clock, bag, lots="OTHER, ST-8"))
    kept = " ".join(f"{one.before} {one.after} {one.reason}" for one in Event.objects.all())
    body = sign_in(cast.priya).get(reverse("audit:events")).content.decode()
    for secret in ("QX77K", "ST-9", "OTHER", f"'{bag.drawn_ml}'"):
        assert secret not in kept
        assert secret not in body


def test_the_work_in_the_hood_is_as_blind(cast, clock, sign_in):
    products(cast, clock)
    session = made_until(cast, clock, "check_drawn")
    client = sign_in(cast.petra)
    cycle = session.cycle
    pages = ["check_drawn", "make_state", "make_record", "make_dispute", "make_emergency"]
    found = [reverse(f"infusions:{name}", args=[session.uuid]) for name in pages]
    found += [reverse("infusions:make", args=[cycle.uuid, 1]), reverse("infusions:prep_board")]
    found += [reverse("infusions:compound", args=[cycle.uuid, 1])]
    found += [reverse("dashboards:chart", args=[cycle.patient.uuid]), "/api/v1/bags/"]
    for page in found:
        for headers in ({}, {"X-Live": "1"}, {"HX-Request": "true"}):
            body = client.get(page, headers=headers, follow=True).content.decode()
            assert "QX77K" not in body, page
            assert "ST-9" not in body, page
            assert "1.7\xa0mL" not in body, page


def test_every_blind_field_asks_the_browser_to_forget(cast, clock, sign_in):
    bag = made(cast, clock)
    page = sign_in(cast.petra).get(reverse("infusions:check_bag", args=[bag.uuid]))
    assert 'autocomplete="off" novalidate' in page.content.decode()
    for name in ("lots", "drawn_ml", "stabiliser_ml", "method_note"):
        field = page.context["form"][name]
        assert field.field.widget.attrs["autocomplete"] == "off"
        assert field.value() is None
    assert "no-store" in page["Cache-Control"]
