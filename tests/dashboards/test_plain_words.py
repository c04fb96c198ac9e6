"""No page shows people a code, a snake_case name or a time as machines write it."""

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db.models import UUIDField
from django.urls import reverse

from infusions.actions.reports import interrupt_infusion
from infusions.models import Cycle, InfusionEvent
from infusions.templatetags.record_words import FLAGS, STATUS, flag_words, status_words
from patients.models import Patient
from protocol.label_rows import Status
from teams.permissions import can
from tests.infusions.running import running
from tests.test_routes import ours, permission_of

pytestmark = pytest.mark.usefixtures("templates_loaded")
PEOPLE = ("olga", "farid", "tom", "nadia", "hugo", "carla", "priya", "adam")
CODES = (
    re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b"),  # snake_case
    re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d"),  # a time for machines
    re.compile(r"\btraining-computed\b"),
    re.compile(r"\b1 (?:vials|bags|days|hours|minutes|years|plans|entries)\b"),
    re.compile(r"\d h \d{3,} min\b"),
)
OTHERS = {"n": 2, "name": "cancel", "pk": 1, "what": "x", "table": "bag", "row_id": "x"}
# Pages for whoever looks up a row of a label set or of the record by its name.
MAY_NAME_CODES = ("audit:", "api:", "fhir:", "infusions:passport", "infusions:label_set")


class Visible(HTMLParser):
    """The text a person reads: no attributes, scripts or marked codes."""

    HIDDEN = ("script", "style", "template")

    def __init__(self):
        super().__init__()
        self.words, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in self.HIDDEN

    def handle_endtag(self, tag):
        self.hidden -= tag in self.HIDDEN

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def codes_in(html: str) -> list[str]:
    reader = Visible()
    reader.feed(html)
    text = " ".join(reader.words)
    return sorted({found for code in CODES for found in code.findall(text)})


def has_uuid(model) -> bool:
    return any(isinstance(f, UUIDField) and f.name == "uuid" for f in model._meta.fields)


def rows_of(app: str) -> list:
    """The newest row of every model of an app that an address may name, its cycle and patient."""
    label = {"dashboards": "patients"}.get(app, app)
    models = {*apps.get_app_config(label).get_models(), Cycle, Patient}
    newest = [m.objects.values_list("uuid", flat=True).last() for m in models if has_uuid(m)]
    return [uuid for uuid in newest if uuid]


@pytest.fixture
def programme(cast, clock):
    """A running cycle, and a stop of which nearly everything is missing."""
    cycle = running(cast, clock)
    clock.forward(hours=3)
    stop = {"claimed_text": "half past", "flags": ["cause_missing"], "cause": "other"}
    interrupt_infusion(cycle=cycle, by=cast.nadia, at=clock.now, **stop)
    return cast


def pages(client, cast):
    """(name, html) of every page somebody of the cast can open."""
    client.raise_request_exception = False  # a fault of a page is told by the tests of that page
    for pattern, name in ours():
        if name.startswith(MAY_NAME_CODES):
            continue
        people = [getattr(cast, who) for who in PEOPLE]
        allowed = [one for one in people if can(one, permission_of(pattern))]
        kinds = pattern.pattern.converters
        if not allowed or not set(kinds) <= {"uuid", *OTHERS}:
            continue
        client.force_login(allowed[0])
        for values in addresses(kinds, name):
            answer = client.get(reverse(name, kwargs=values))
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                yield name, answer.content.decode()


def addresses(kinds, name: str):
    if "uuid" not in kinds:
        return [{kind: OTHERS[kind] for kind in kinds}]
    uuids = rows_of(name.partition(":")[0])
    return [{kind: uuid if kind == "uuid" else OTHERS[kind] for kind in kinds} for uuid in uuids]


@pytest.mark.slow
def test_no_page_shows_a_code(programme, client):
    found, opened = {}, set()
    for name, html in pages(client, programme):
        opened.add(name)
        for code in codes_in(html):
            found.setdefault(code, set()).add(name)
    assert found == {}
    assert {"dashboards:chart", "dashboards:board", "infusions:plan", "infusions:events"} <= opened
    assert len(opened) > 30


def test_the_ledger_says_what_is_odd_in_words(programme, client):
    cycle = InfusionEvent.objects.get(kind="interrupted").cycle
    client.force_login(programme.nadia)
    page = client.get(reverse("infusions:events", args=[cycle.uuid])).content.decode()
    assert "No reason was given" in page
    assert "The time could not be used" in page


@pytest.mark.parametrize("status", list(Status))
def test_every_status_of_a_row_has_words(status):
    assert status in STATUS
    assert status_words(status.value) == str(STATUS[status])


def test_words_for_a_flag_nobody_named():
    assert flag_words("from_report") == str(FLAGS["from_report"])
    assert flag_words("some_new_flag") == "some new flag"


@pytest.mark.parametrize(
    ("html", "codes"),
    [
        ("<p>time_unusable</p>", ["time_unusable"]),
        ("<p>2027-01-04T10:00:00</p>", ["2027-01-04T10:00"]),
        ("<p>makes 1 vials</p>", ["1 vials"]),
        ("<p>25 d 0 h 36011 min</p>", ["0 h 36011 min"]),
        ('<p data-x="a_b">1 vial, 21 vials</p><script>a_b</script>', []),
    ],
)
def test_the_reader_finds_codes(html, codes):
    assert codes_in(html) == codes
