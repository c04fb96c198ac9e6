"""One bag from the hood to the patient, each step seen to have worked."""

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

from tests.browser.course import Course, local
from tests.browser.desk import number

READING_S = 5.5  # a second reading in under 5 s is not accepted
LOT = "1153042"
STABILISER_LOT = "IV77120"


@dataclass(frozen=True)
class Recipe:
    """What people read from the pages, as they would type it."""

    rate: str
    volume: str
    hours: str
    drawn_ml: str
    vials: str
    stabiliser_ml: str = field(default="", compare=False)


@dataclass(frozen=True)
class MadeBag:
    uuid: str
    code: str
    recipe: Recipe


def read_recipe(course: Course, n: int) -> Recipe:
    desk = course.page("tom", f"/infusions/cycles/{{cycle}}/bags/{n}/log/")
    facts, text = desk.facts(), desk.text()
    return Recipe(
        rate=number(facts["Rate"]),
        volume=number(facts["Volume infused"]),
        hours=number(facts["Length"]),
        drawn_ml=re.search(r"Draw ([\d.]+) mL of reconstituted drug", text)[1],
        stabiliser_ml=re.search(r"before the drug: ([\d.]+) mL", text)[1],
        vials=re.search(r"Reconstitute (\d+) vial", text)[1],
    )


def make(course: Course, n: int) -> MadeBag:
    recipe, desk = read_recipe(course, n), course.at("tom")
    desk.fill(
        how_reason="The network was down.",
        lot_1=LOT,
        expires_1="2029-06-30",
        count_1=recipe.vials,
        stabiliser_lot=STABILISER_LOT,
        drawn_ml=recipe.drawn_ml,
        storage="cold",
        hood_confirmed=True,
        garbing_confirmed=True,
    )
    desk.send()
    desk.sees("Bag logged.", f"bag {n} · To check")
    uuid = re.search(r"/bags/([0-9a-f-]+)/", desk.page.url)[1]
    return MadeBag(uuid, re.search(r"B-[0-9A-Z]+-\d\d", desk.text())[0], recipe)


def check(course: Course, bag: MadeBag) -> None:
    desk = course.page("petra", f"/infusions/bags/{bag.uuid}/check/")
    assert bag.recipe.drawn_ml not in desk.text(), "the checker sees what was logged"
    time.sleep(READING_S)
    lots = f"{LOT}\n{STABILISER_LOT}"
    desk.fill(lots=lots, drawn_ml=bag.recipe.drawn_ml, stabiliser_ml=bag.recipe.stabiliser_ml)
    desk.sign()
    desk.sees("Released", "Petra Pharma")


def label(course: Course, bag: MadeBag) -> None:
    """Printed, and read by another person: only then the bag leaves the pharmacy."""
    recipe, desk = bag.recipe, course.page("tom", f"/infusions/bags/{bag.uuid}/label/")
    desk.fill(paper="thermal")
    desk.send()
    desk = course.page("petra", f"/infusions/bags/{bag.uuid}/label-check/")
    time.sleep(READING_S)
    desk.fill(code=f"]d291{bag.code}", rate_ml_per_h=recipe.rate)
    desk.fill(volume_ml=recipe.volume, duration_h=recipe.hours)
    desk.sign()
    desk.sees("The label agrees.")


def bring(course: Course, bag: MadeBag, *, by: str, place: str) -> None:
    desk = course.page(by, f"/infusions/bags/{bag.uuid}/move/")
    left = desk.page.input_value("[name=moved_at]")  # carried cold, within the minute
    desk.fill(code=bag.code, place=place, storage="cold", left_at=left, way_storage="cold")
    desk.send()
    desk.sees("Released · " + {"ward": "Ward", "home": "Home"}[place])


def answer_list(course: Course, page: str, *, by: str, code: str) -> None:
    """Opens the list a page offers. Every item as it should be: nothing is filled in beforehand."""
    desk = course.page(by, page)
    desk.send()
    named = "es => [...new Set(es.map(e => e.name + ':' + e.type))]"
    for item in desk.page.eval_on_selector_all("main [name]", named):
        name, kind = item.split(":")
        if kind == "radio":
            desk.fill(**{name: "no" if name == "line_flushed" else "yes"})
        elif kind == "text":
            desk.fill(**{name: code})
    desk.sign("Sign the checklist")
    desk.sees("Checklist signed.")


def program(course: Course, bag: MadeBag, *, by: str) -> None:
    recipe, desk = bag.recipe, course.page(by, f"/infusions/bags/{bag.uuid}/pump/")
    desk.fill(
        pump_serial="P-17",
        rate_ml_per_h=recipe.rate,
        volume_ml=recipe.volume,
        duration_h=recipe.hours,
    )
    desk.send()
    desk.sees("Entered. Now a second person reads the pump back.")


def read_back(course: Course, bag: MadeBag, *, by: str, method: str) -> None:
    """By the link of the chart: blind, by somebody else."""
    recipe, desk = bag.recipe, course.chart(by)
    desk.open(desk.link(r"/infusions/programs/[0-9a-f-]+/read-back/"))
    desk.fill(
        rate_ml_per_h=recipe.rate,
        volume_ml=recipe.volume,
        duration_h=recipe.hours,
        method=method,
    )
    desk.sign()
    desk.sees("Both readings agree.")


def get_ready(course: Course, n: int, *, nurse: str, place: str) -> MadeBag:
    """Made, checked blind, carried, programmed, read back and listed."""
    bag = make(course, n)
    check(course, bag)
    label(course, bag)
    bring(course, bag, by=nurse, place=place)
    program(course, bag, by=nurse)
    read_back(course, bag, by="ines", method="video" if place == "home" else "at_pump")
    answer_list(course, f"/infusions/bags/{bag.uuid}/pre-infusion/", by=nurse, code=bag.code)
    return bag


def premedicate(course: Course, *, drug: str, dose_mg: str, before: str) -> None:
    given_at = local(course.now() - timedelta(minutes=65))
    desk = course.page("nadia", "/infusions/cycles/{cycle}/medication/")
    desk.fill(purpose="premedication", before=before, drug=drug, dose_mg=dose_mg)
    desk.fill(route="IV", given_at=given_at)
    desk.send()
    desk.sees(f"{drug} {dose_mg} mg")


def start(course: Course, bag: MadeBag, *, by: str) -> None:
    type_code(course, bag, by=by, page="start")
    course.at(by).sees("The infusion is running.")
    assert course.facts()["state"] == "running"


def change(course: Course, bag: MadeBag, *, by: str) -> None:
    type_code(course, bag, by=by, page="change-bag")
    course.at(by).sees("The new bag is running.")
    assert course.facts()["current_bag"] == bag.uuid


def type_code(course: Course, bag: MadeBag, *, by: str, page: str) -> None:
    desk = course.page(by, f"/infusions/cycles/{{cycle}}/{page}/")
    desk.fill(bag_code=bag.code)
    desk.sign()


def next_one(course: Course, n: int, *, nurse: str, place: str) -> MadeBag:
    """The next bag of the plan, at its time."""
    course.travel_until(course.moment("next_change_at"))
    bag = get_ready(course, n, nurse=nurse, place=place)
    change(course, bag, by=nurse)
    return bag


def end(course: Course, *, by: str) -> None:
    desk = course.page(by, "/infusions/cycles/{cycle}/end/")
    desk.fill(not_flushed="yes")
    desk.sign()
    desk.sees("The end is recorded.", "Next cycle not before")
    assert course.facts()["state"] == "ended"
