"""The compounding record and the master formulation record."""

import pytest
from django.urls import reverse

from infusions.labels import pdf as label_pdf
from infusions.records.compounding import compounding_of
from infusions.records.formulation import formulation_of
from protocol.label import Status
from tests.infusions.making import made_by_steps, products
from tests.infusions.planning import LOT, made, released


def text_of(record) -> str:
    parts = [record.title, record.under, *record.marks]
    for section in record.sections:
        parts += [section.title, *section.head, *section.lines]
        parts += [cell for row in (*section.facts, *section.rows) for cell in row]
    return "\n".join(parts)


def section_of(record, title: str):
    return next(one for one in record.sections if one.title == title)


def test_a_bag_made_by_steps_names_every_component(cast, clock):
    products(cast, clock)
    bag = made_by_steps(cast, clock)
    rows = section_of(compounding_of(bag), "Components").rows
    assert (rows[0][0], rows[0][2], rows[0][3]) == ("Test drug vial", LOT, "31 Dec 2027")
    assert {row[2] for row in rows} == {LOT, "L1", "ST-9"}
    assert "not recorded" in {row[1] for row in rows}  # the test products have no NDC
    steps = section_of(compounding_of(bag), "Steps").rows
    assert len(steps) == bag.make.steps.count()
    assert {row[2] for row in steps} == {"Tom Tech", "Farid Pharma"}


def test_what_nobody_wrote_down_is_said(cast, clock):
    rows = section_of(compounding_of(released(cast, clock)), "Components").rows
    saline = next(row for row in rows if row[0] == "Saline 0.9 %")
    assert saline[1:4] == ("not recorded", "not recorded", "not recorded")


def test_it_says_who_made_and_who_checked(cast, clock):
    bag = released(cast, clock)
    words = text_of(compounding_of(bag))
    for wanted in ("Tom Tech", "Farid Pharma", "Olga Onco", bag.code, bag.recipe_row, "agrees"):
        assert wanted in words
    assert "TRAINING: never for a real patient" in words


def test_the_sums_are_those_of_the_bag(cast, clock):
    bag = released(cast, clock)
    lines = section_of(compounding_of(bag), "Calculations").lines
    assert bag.rate_ml_per_h * bag.bag_hours == bag.infused_ml
    assert f"{bag.bag_hours}\u00a0h" in lines[0]


def test_a_single_check_stands_on_it(cast, clock):
    bag = released(cast, clock)
    bag.single_checked = True
    bag.single_pharmacist, bag.single_prescriber = cast.petra, cast.olga
    assert "SINGLE-CHECKED, checked afterwards" in compounding_of(bag).marks
    bag.checked_by = None
    assert "SINGLE-CHECKED" in compounding_of(bag).marks


def test_the_site_s_own_protocol_stands_on_it(cast, clock):
    bag = released(cast, clock)
    bag.recipe_status = str(Status.SITE)
    assert any("SITE PROTOCOL" in mark for mark in compounding_of(bag).marks)


def test_the_formulation_lists_ingredients_steps_and_limits(cast, clock):
    record = formulation_of(released(cast, clock))
    names = {section.title for section in record.sections}
    assert names >= {"Ingredients", "Equipment", "Steps", "Calculations", "Checks", "Keeping"}
    words = text_of(record)
    assert "Never into a vial" in words
    assert "not known: the site has no figure" in words


@pytest.mark.parametrize("name", ["compounding_record", "formulation_record", "compounding_pdf"])
def test_who_still_reads_the_bag_blind_sees_none_of_it(cast, clock, sign_in, name):
    bag = made(cast, clock)
    url = reverse(f"infusions:{name}", args=[bag.uuid])
    page = sign_in(cast.farid).get(url)
    assert page.status_code == 409
    assert LOT.encode() not in page.content
    assert sign_in(cast.tom).get(url).status_code == 200


@pytest.mark.parametrize(
    "name", ["compounding_record", "formulation_record", "compounding_pdf", "formulation_pdf"]
)
def test_an_outsider_finds_nothing(cast, clock, sign_in, name):
    url = reverse(f"infusions:{name}", args=[released(cast, clock).uuid])
    assert sign_in(cast.twin_nurse).get(url).status_code == 404


@pytest.mark.skipif(not label_pdf.can_draw(), reason="pango is not installed")
@pytest.mark.parametrize("name", ["compounding_pdf", "formulation_pdf"])
def test_the_pdf_is_drawn(cast, clock, sign_in, name):
    bag = released(cast, clock)
    answer = sign_in(cast.tom).get(reverse(f"infusions:{name}", args=[bag.uuid]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_page_copies_the_label_and_says_when_none_was_printed(cast, clock, sign_in):
    bag = made(cast, clock)
    url = reverse("infusions:compounding_record", args=[bag.uuid])
    assert b"No label was printed." in sign_in(cast.tom).get(url).content
