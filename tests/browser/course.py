"""One patient's course: who sits where, what time it is, and what the app says of the cycle."""

import re
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.browser.app import App
from tests.browser.desk import Desk, desk_for

ZONE = ZoneInfo("America/New_York")
BUTTONS_MIN = (1440, 240, 60, 15)
QUARTER = timedelta(minutes=15)
ARRIVES_S = 20


def local(moment: datetime) -> str:
    """As people of the site type it."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


@dataclass
class Course:
    browser: object
    app: App
    password: str
    desks: dict[str, Desk] = field(default_factory=dict)
    patient: str = ""
    cycle: str = ""

    def at(self, username: str) -> Desk:
        if username not in self.desks:
            self.desks[username] = desk_for(self.browser, self.app.url, username, self.password)
        return self.desks[username]

    def leave(self) -> None:
        for desk in self.desks.values():
            desk.page.context.close()

    def page(self, username: str, path: str) -> Desk:
        """A page of this cycle or patient, opened by somebody."""
        desk = self.at(username)
        desk.open(path.format(cycle=self.cycle, patient=self.patient))
        return desk

    def chart(self, username: str) -> Desk:
        return self.page(username, "/chart/{patient}/")

    def facts(self) -> dict:
        """The cycle as the API gives it to the case manager."""
        return self.at("carla").api(f"cycles/{self.cycle}/")

    def moment(self, name: str) -> datetime:
        found = self.facts()[name]
        assert found, f"The cycle has no {name}: {self.facts()}"
        return datetime.fromisoformat(found)

    def now(self) -> datetime:
        return self.at("carla").now()

    def travel(self, **delta) -> None:
        """Moves the training clock with the buttons of the band, to the quarter of an hour."""
        desk, left = self.page("nadia", "/notifications/"), timedelta(**delta) // QUARTER * 15
        for minutes in BUTTONS_MIN:
            while left >= minutes:
                desk.page.locator(".band-clock > summary").click()
                with desk.page.expect_navigation():
                    desk.page.locator(f".band-training button[value='{minutes}']").click()
                left -= minutes
        desk.sees("The clock was moved.")

    def travel_until(self, moment: datetime) -> None:
        """To the first quarter of an hour from now that is not before the moment."""
        left = moment - self.now()
        if left > timedelta(0):
            self.travel(minutes=15 * -(-left // QUARTER))

    def hears(self, username: str, words: str) -> None:
        """The inbox of somebody says it, soon: the worker has brought it."""
        give_up = time.monotonic() + ARRIVES_S
        while words not in self.page(username, "/notifications/").text():
            assert time.monotonic() < give_up, (
                f"{username} was not told {words!r}: {self.at(username).text()[:1500]}"
            )
            time.sleep(0.5)

    def is_mailed(self, username: str, subject: str) -> None:
        """A mail to somebody with this subject is written by the worker, soon."""
        wanted = re.compile(rf"Subject: {re.escape(subject)}.*?To: {username}@", re.DOTALL)
        give_up = time.monotonic() + ARRIVES_S
        while not any(wanted.search(mail) for mail in self.app.mails()):
            assert time.monotonic() < give_up, f"no mail {subject!r} to {username}"
            time.sleep(0.5)
