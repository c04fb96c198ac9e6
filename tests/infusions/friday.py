"""The adult of the fifth journey on a Friday afternoon, made by the real actions.

MRD-positive, started Tue 12 Jan 2027 09:00 in New York; the second 48 h bag hangs since Thu 14 Jan
09:00. Going home is planned for Sat 16 Jan 09:00; it is Fri 15 Jan 15:30.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.infusions.planning import signed
from tests.infusions.pump_failure import hang_planned

NEW_YORK = ZoneInfo("America/New_York")
HOME_HOURS = 96


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=NEW_YORK)


START = at(12, 9)


def friday_afternoon(cast, clock):
    site = cast.team.site
    site.bag_hours, site.holidays = {"inpatient": 48, "home": 96}, ["2027-01-18", "2027-02-15"]
    site.save()
    clock.set(START - timedelta(days=1))
    cycle = signed(cast, clock, indication="mrd", planned_start=START, home_from_hour=HOME_HOURS)
    for n, moment in ((1, START), (2, at(14, 9))):
        hang_planned(cast, clock, cycle, n, moment)
    clock.set(at(15, 15, 30))
    return cycle
