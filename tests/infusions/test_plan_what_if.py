"""The plan page: the plan in force, what-ifs that write nothing, moves that are judged."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.infusions.planning import planned
from tests.rows import all_rows

HOLIDAYS = ["2027-01-18", "2027-02-15"]
DAY = 24 * 60


@pytest.fixture
def bench(cast, clock):
    """The site and the cycle of the first journey: start Mon 4 Jan 10:00, home after day 9."""
    site = cast.team.site
    site.bag_hours, site.holidays = {"inpatient": 48, "home": 168}, HOLIDAYS
    site.save()
    return planned(cast, clock, planned_start=clock.now, home_from_hour=216)


@pytest.fixture
def see(cast, bench, sign_in):
    """`see("?tie=2")` opens the plan page as the pharmacist, following redirects."""
    client, address = sign_in(cast.farid), reverse("infusions:plan", args=[bench.uuid])
    return lambda query="": client.get(address + query, follow=True)


def figures(page) -> tuple:
    cost = page.context["shown"].choice.cost
    return cost["outside_window"], cost["home_attendances"], cost["bags"]


def home_ends(page) -> list[str]:
    return [f"{row.ends_local:%a %d}" for row in page.context["rows"] if row.at_home]


def said(page) -> str:
    return " ".join(stop.message for stop in page.context["stops"])


def test_the_first_plan_is_the_proven_best(see):
    page = see()
    assert figures(page) == (0, 4, 9)
    assert "Proven best, 40 ties" in page.content.decode()
    assert "not accepted yet" in page.content.decode()


def test_each_bag_says_when_it_is_made_and_how_much_pause_it_takes(see):
    first, fourth = (see().context["rows"][n] for n in (0, 3))
    assert (first.no_slack, fourth.times.slack_minutes) == (True, DAY)
    assert f"{fourth.times.by_at:%a %H:%M}" == "Fri 17:00"  # for Sunday: before the weekend


def test_a_length_nobody_can_prepare_in_time_is_not_planned(cast, clock, see):
    """The pharmacy works one day a week: a 48 h bag kept 8 days cannot hang a week later."""
    cast.team.site.preparation_days = "mon"
    cast.team.site.save()
    rows = see("?tie=1").context["rows"]
    assert all(row.times.stop is None for row in rows)
    assert all(row.times.by_at.weekday() == 0 for row in rows)


def test_every_tie_is_listed_and_none_changes_a_bag_on_the_holiday(see):
    ties = see().context["tie_list"]
    assert len(ties) == 40
    assert not any("18 Jan" in change for tie in ties for change in tie["changes"])


def test_a_tie_can_be_opened_by_its_days(see):
    wanted = ["Wed 20", "Wed 27", "Fri 29", "Mon 01"]
    assert wanted in [home_ends(see(f"?tie={n}")) for n in range(1, 41)]


def test_longer_bags_on_the_ward_need_fewer(see):
    assert figures(see("?ward=any&tie=1")) == (0, 4, 7)
    assert see("?ward=any&tie=1").context["shown"].best.ties == 20


def test_another_order_of_goals_is_computed(see):
    page = see("?goals=bags,home_attendances,outside_window,cut_minutes&tie=1")
    assert figures(page)[2] <= 9
    assert page.context["figures"][0]["goal"] == "bags"


def test_a_later_start_moves_every_time(see):
    plain, later = see().context["rows"], see("?start=2027-01-04T15:00").context["rows"]
    moved = {
        (b.ends_at - a.ends_at).total_seconds() / 3600 for a, b in zip(plain, later, strict=True)
    }
    assert moved == {5}


def test_a_what_if_writes_nothing_but_that_the_chart_was_read(see):
    see()
    before = all_rows()
    for query in ("?start=2027-01-04T15:00", "?tie=7", "?ward=any", "?move=7.20160", "?tie=x"):
        see(query)
    assert all_rows() == before


@pytest.mark.parametrize(
    ("page", "query"),
    [("compare_plans", "?a=&b=ward%3Dany%26tie%3D1"), ("start_advisor", "?days=1")],
)
def test_comparing_and_being_advised_write_nothing_either(cast, bench, sign_in, page, query):
    client, address = sign_in(cast.farid), reverse(f"infusions:{page}", args=[bench.uuid])
    client.get(address)
    before = all_rows()
    assert client.get(address + query).status_code == 200
    assert all_rows() == before


def test_a_bag_across_the_step_is_refused_with_its_time(see):
    page = see(f"?move=4.{8 * DAY}")
    assert page.status_code == 422
    assert "dose step" in said(page)
    assert "Mon 11 Jan 10:00" in said(page)
    assert figures(page) == (0, 4, 9)


@pytest.mark.parametrize(
    ("move", "reason"),
    [
        (f"6.{14 * DAY}", "Mon 18 Jan 10:00 is a holiday"),
        (f"6.{13 * DAY}", "Sun 17 Jan 10:00 lies outside the window for changes at home"),
        (f"6.{10 * DAY + 60}", "cannot be changed on Thu 14 Jan 11:00"),
        (f"5.{10 * DAY}", "discharge on Wed 13 Jan 10:00"),
        (f"9.{29 * DAY}", "end of the cycle on Mon 1 Feb 10:00"),
        ("1.x", "cannot be read"),
    ],
)
def test_an_illegal_end_is_refused_and_named(see, move, reason):
    page = see(f"?move={move}")
    assert page.status_code == 422
    assert reason in said(page)


def test_a_legal_move_keeps_what_was_before_and_plans_the_rest(see):
    page = see(f"?move=6.{11 * DAY}")
    assert page.status_code == 200
    assert page.context["what_if"]
    assert home_ends(page)[0] == "Fri 15"
    assert "fixed=" in page.redirect_chain[-1][0]
    assert page.context["said"].startswith("Bag 6 ends Fri 15 Jan 10:00. 0 changes outside")
    assert f'data-said="{page.context["said"]}"' in page.content.decode()


def test_nothing_is_read_aloud_of_the_plan_in_force_or_beside_a_refusal(see):
    assert see().context["said"] == ""
    assert see(f"?move=4.{8 * DAY}").context["said"] == ""


def test_going_home_is_counted_in_full_hours_of_infusion_and_the_field_says_so(see):
    page = see("?leaves=2027-01-13T14:40&tie=1")
    assert page.context["shown"].json["home_from_hour"] == 220
    assert "counted in full hours of infusion" in page.content.decode()


def test_the_next_cycle_falls_on_a_holiday_and_the_page_says_so(see):
    page = see()
    assert f"{page.context['next_cycle_at']:%a %d %b}" == "Mon 15 Feb"
    assert "Mon 15 Feb 10:00, is a holiday" in page.context["notes"][0]
    assert "for the prescriber to choose" in page.context["notes"][0]


def test_a_holiday_start_is_said(see):
    notes = see("?start=2027-01-18T10:00").context["notes"]
    assert any("The start, Mon 18 Jan 10:00, is a holiday" in note for note in notes)


def test_a_length_without_a_row_is_named(see):
    missing = see().context["missing"]
    assert [(one.hours, one.step.mcg_per_day) for one in missing] == [(168, 9)]
    assert "168 h bag for 9 mcg/day" in missing[0].stop.message


def test_two_plans_are_compared_line_by_line(cast, bench, sign_in):
    address = reverse("infusions:compare_plans", args=[bench.uuid])
    page = sign_in(cast.farid).get(address, {"a": "", "b": "ward=any&tie=1"})
    lines = {str(line["name"]): line for line in page.context["lines"]}
    assert (lines["Bags"]["a"], lines["Bags"]["b"], lines["Bags"]["differs"]) == ("9", "7", True)
    assert not lines["Attendances at home"]["differs"]


def test_a_start_hour_without_a_plan_says_why_on_the_map_and_when_it_is_chosen(
    cast, clock, bench, sign_in
):
    """The pharmacy never works: no bag can be made for any hour."""
    cast.team.site.preparation_days, cast.team.site.holidays = "mon", coming_days(clock)
    cast.team.site.save()
    client = sign_in(cast.farid)
    advised = client.get(reverse("infusions:start_advisor", args=[bench.uuid]), {"days": 1})
    cells = [cell for row in advised.context["rows"] for cell in row["cells"] if cell.start]
    assert cells and all(cell.plan is None for cell in cells)
    body = advised.content.decode()
    assert body.count('class="heat-no"') == len(cells)
    assert "The pharmacy does not work between" in body
    assert advised.context["best"] is None
    chosen = client.get(f"{advised.context['plan_url']}?{cells[0].query}")
    assert chosen.status_code == 422
    assert "The pharmacy does not work between" in said(chosen)
    assert "No sequence of the allowed lengths" in said(chosen)


def coming_days(clock) -> list[str]:
    """Two months in which the pharmacy is closed."""
    return [str((clock.now + timedelta(days=n)).date()) for n in range(-30, 60)]


@pytest.mark.parametrize("who", ["outsider", "twin_nurse"])
@pytest.mark.parametrize("page", ["plan", "compare_plans", "start_advisor"])
def test_outsiders_find_no_plan(cast, bench, sign_in, who, page):
    address = reverse(f"infusions:{page}", args=[bench.uuid])
    assert sign_in(getattr(cast, who)).get(address).status_code == 404
