"""The steps of one infusion as people do them in their browsers."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clock.now import now
from tests.browser.desk import Desk, desk_for

ZONE = ZoneInfo("America/New_York")
READING_MS = 5_500  # a second reading in under 5 s is not accepted


def local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


@dataclass
class Course:
    browser: object
    url: str
    password: str
    desks: dict = field(default_factory=dict)
    patient: str = ""
    cycle: str = ""

    def at(self, username: str) -> Desk:
        if username not in self.desks:
            self.desks[username] = desk_for(self.browser, self.url, username, self.password)
        return self.desks[username]

    def chart(self, username: str) -> str:
        desk = self.at(username)
        desk.open(f"/chart/{self.patient}/")
        return desk.text()

    def travel(self, **delta) -> None:
        """Moves the training clock with the buttons of the band, to the quarter of an hour."""
        desk, left = self.at("nadia"), int(timedelta(**delta).total_seconds() // 60)
        desk.open("/board/")
        for minutes in (1440, 240, 60, 15):
            while left >= minutes:
                desk.page.locator(f".band-training button[value='{minutes}']").click()
                desk.page.wait_for_load_state()
                left -= minutes

    def enrol(self, **person) -> None:
        desk = self.at("carla")
        desk.open("/patients/enrol/")
        desk.fill(measured_at=local(now()), allergy_status="none_known", **person)
        desk.send()
        self.patient = re.search(r"/chart/([0-9a-f-]+)/", desk.page.url)[1]

    def plan(self, *, indication: str, start: datetime, home_after_days: str) -> str:
        desk = self.at("farid")
        desk.open(f"/infusions/patients/{self.patient}/cycles/new/")
        desk.fill(
            indication=indication,
            philadelphia="negative",
            number="1",
            label_id="training-us-current",
            planned_start=local(start),
            home_after_days=home_after_days,
        )
        desk.send()
        self.cycle = re.search(r"/cycles/([0-9a-f-]+)/plan/", desk.page.url)[1]
        return desk.text()

    def sign_order(self) -> str:
        desk = self.at("olga")
        desk.open(f"/infusions/cycles/{self.cycle}/order/")
        desk.sign()
        return desk.text()

    def make_bag(self, n: int, *, vials: int, drawn_ml: str) -> str:
        desk = self.at("tom")
        desk.open(f"/infusions/cycles/{self.cycle}/bags/{n}/make/")
        desk.fill(
            lot_1="1153042",
            expires_1="2029-06-30",
            count_1=vials,
            stabiliser_lot="IV77120",
            drawn_ml=drawn_ml,
            storage="cold",
            hood_confirmed=True,
            garbing_confirmed=True,
        )
        desk.send()
        return re.search(r"/bags/([0-9a-f-]+)/", desk.page.url)[1]

    def check_bag(self, bag: str, *, drawn_ml: str, rate: str) -> str:
        desk = self.at("petra")
        desk.open(f"/infusions/bags/{bag}/check/")
        desk.page.wait_for_timeout(READING_MS)
        desk.fill(lots="1153042", drawn_ml=drawn_ml, rate_ml_per_h=rate)
        desk.sign()
        return desk.text()

    def code_of(self, bag: str) -> str:
        desk = self.at("nadia")
        desk.open(f"/infusions/bags/{bag}/")
        return re.search(r"B-[0-9A-Z]+-\d\d", desk.text())[0]

    def bring(self, bag: str, code: str, *, place: str) -> None:
        desk = self.at("nadia")
        desk.open(f"/infusions/bags/{bag}/move/")
        desk.fill(code=code, place=place, storage="room")
        desk.send()

    def answer_list(self, username: str, bag: str, code: str, **odd) -> str:
        """Every item answered as it should be; `odd` answers an item otherwise."""
        return self.answer_at(f"/infusions/bags/{bag}/pre-infusion/", username, code, **odd)

    def answer_restart_list(self, username: str, code: str, **odd) -> str:
        """The list before a restart of the bag that hung; signing leads to the restart."""
        page = f"/infusions/cycles/{self.cycle}/lists/restart/"
        return self.answer_at(page, username, code, **odd)

    def answer_at(self, page: str, username: str, code: str, **odd) -> str:
        """Opens the list that a page offers, answers it and signs."""
        desk = self.at(username)
        desk.open(page)
        desk.send()
        named = "es => [...new Set(es.map(e => e.name + ':' + e.type))]"
        for item in desk.page.eval_on_selector_all("main [name]", named):
            name, kind = item.split(":")
            if kind == "radio":
                desk.fill(**{name: odd.get(name, "no" if name == "line_flushed" else "yes")})
            elif kind == "text":
                desk.fill(**{name: code})
        desk.sign("Sign the checklist")
        return desk.text()

    def program(self, username: str, bag: str, *, rate: str, volume: str, hours: str) -> str:
        desk = self.at(username)
        desk.open(f"/infusions/bags/{bag}/pump/")
        desk.fill(pump_serial="P-17", rate_ml_per_h=rate, volume_ml=volume, duration_h=hours)
        desk.send()
        return desk.text()

    def read_back(self, username: str, *, rate: str, volume: str, hours: str) -> str:
        desk = self.at(username)
        self.chart(username)
        path = re.findall(r"/infusions/programs/[0-9a-f-]+/read-back/", desk.page.content())[-1]
        desk.open(path)
        desk.fill(rate_ml_per_h=rate, volume_ml=volume, duration_h=hours, method="at_pump")
        desk.sign()
        return desk.text()

    def premedicate(self, *, drug: str, dose_mg: str, before: str) -> None:
        desk = self.at("nadia")
        desk.open(f"/infusions/cycles/{self.cycle}/medication/")
        desk.fill(
            purpose="premedication",
            before=before,
            drug=drug,
            dose_mg=dose_mg,
            route="IV",
            given_at=local(now() - timedelta(minutes=65)),
        )
        desk.send()

    def hang(self, username: str, code: str, *, first: bool) -> str:
        desk = self.at(username)
        page = "start" if first else "change-bag"
        desk.open(f"/infusions/cycles/{self.cycle}/{page}/")
        desk.fill(bag_code=code)
        desk.sign()
        return desk.text()
