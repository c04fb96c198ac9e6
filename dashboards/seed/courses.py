"""Who is in the demo and how far each has come. Invented people; hours are infused hours."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Story:
    family: str
    given: str
    born: date
    sex: str
    weight_kg: str
    height_cm: str
    indication: str = "rr"
    number: int = 1
    state: str = "running"  # enrolled, planned, ordered, running, interrupted, ended
    day: float = 3.0  # days infused so far
    bad_start: bool = False  # began in the evening: every later change at home is outside
    exact: bool = False  # a bag or a dose ends soon: the days stay as they are
    home_from_hour: int | None = 216
    at_home: bool = False
    bed: str = ""
    km: int | None = None
    allergy: str = ""
    stopped_minutes: int = 0
    next_bag: str = "released"  # nothing, made, released, here, discarded
    fever: bool = False  # measured just now; nobody has taken it on yet
    handoff: str = ""  # open
    language: str = "en"
    account: str = ""  # of the patient or a caregiver


STORIES = (
    Story("Castellane", "Miro", date(1961, 3, 14), "male", "81", "178", day=8.2, bed="6B · 12"),
    Story(
        "Aurelio",
        "Tansy",
        date(1988, 9, 2),
        "female",
        "64.2",
        "164",
        day=15.6,
        at_home=True,
        km=11,
        state="interrupted",
        stopped_minutes=161,
        allergy="Penicillin (rash)",
        account="tansy",
    ),
    Story(
        "Brightwater",
        "Odell",
        date(1954, 1, 27),
        "male",
        "77",
        "172",
        day=1.92,
        exact=True,
        bed="6B · 04",
    ),
    Story(
        "Okonjo-Lind",
        "Sefi",
        date(1979, 6, 19),
        "female",
        "58",
        "166",
        day=6.94,
        exact=True,
        bed="6B · 07",
        next_bag="made",
    ),
    Story(
        "Vasquez-Thorn",
        "Ilan",
        date(1992, 12, 8),
        "male",
        "90",
        "184",
        "mrd",
        2,
        day=21.9,
        home_from_hour=72,
        at_home=True,
        km=3,
        next_bag="here",
    ),
    Story(
        "Marchetti",
        "Wren",
        date(1970, 5, 30),
        "other",
        "69",
        "170",
        "rr",
        2,
        day=1.85,
        exact=True,
        bed="6B · 15",
    ),
    Story(
        "Nakagawa",
        "Priya",
        date(1966, 2, 11),
        "female",
        "55",
        "158",
        "rr",
        2,
        day=3.78,
        bed="6A · 02",
        next_bag="discarded",
    ),
    Story(
        "Lindqvist",
        "Amos",
        date(1948, 8, 23),
        "male",
        "73",
        "175",
        day=2.7,
        bed="6A · 09",
        allergy="Latex (contact)",
        fever=True,
    ),
    Story(
        "Ferreira",
        "Juno",
        date(1983, 4, 4),
        "female",
        "62",
        "169",
        "mrd",
        1,
        day=12.5,
        home_from_hour=72,
        at_home=True,
        km=24,
        bad_start=True,
        language="pt",
    ),
    Story(
        "Petrossian",
        "Calla",
        date(1995, 10, 16),
        "female",
        "51",
        "160",
        "mrd",
        4,
        day=5.4,
        home_from_hour=72,
        at_home=True,
        km=7,
    ),
    Story(
        "Adeyemi-Ross",
        "Finn",
        date(1957, 7, 1),
        "male",
        "84",
        "180",
        day=10.2,
        bed="6B · 01",
        handoff="open",
    ),
    Story(
        "Haddad",
        "Marisol",
        date(2019, 11, 21),
        "female",
        "18",
        "110",
        "mrd",
        1,
        day=9.3,
        home_from_hour=72,
        at_home=True,
        km=15,
        language="es",
        account="marta",
    ),
    Story(
        "Sørensen",
        "Kofi",
        date(2014, 1, 9),
        "male",
        "33.5",
        "139",
        "rr",
        1,
        day=4.2,
        bed="4C · 11",
    ),
    Story(
        "Galloway",
        "Yuki",
        date(1976, 9, 13),
        "female",
        "70",
        "168",
        "rr",
        3,
        day=14.1,
        at_home=True,
        km=5,
    ),
    Story(
        "Whitlock",
        "Zaida",
        date(1963, 8, 6),
        "female",
        "66",
        "162",
        "mrd",
        3,
        day=9.6,
        at_home=True,
        km=18,
    ),
    Story("Dubois", "Rashid", date(1944, 6, 3), "male", "79", "176", day=27.1, at_home=True, km=21),
    Story(
        "Romero", "Linnea", date(1951, 2, 28), "female", "60", "163", state="ordered", bed="6A · 11"
    ),
    Story("Tanaka", "Bram", date(1986, 5, 17), "male", "88", "181", "mrd", 1, state="planned"),
    Story("Ibarra", "Teodor", date(1977, 12, 25), "male", "75", "174", state="enrolled"),
    Story(
        "Novak", "Esi", date(1999, 3, 12), "female", "57", "167", "mrd", 1, state="ended", day=28
    ),
)
