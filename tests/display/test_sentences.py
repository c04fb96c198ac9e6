"""A sentence of the core comes onto a page in the language of the page."""

import ast
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from display import sentences
from display.sentences import said
from protocol.sentences import mark, sentence, together
from tests.infusions.planning import planned

MON = datetime(2027, 1, 11, 10, tzinfo=ZoneInfo("America/New_York"))
CORE = Path(__file__).resolve().parents[2] / "protocol"
SAYS = ("planner_why", "planner_judge", "preparation", "reflow")


@pytest.fixture
def shouting(monkeypatch):
    """A language whose every template is in capitals, places kept."""
    capitals = {}

    def shout(template):
        parts = template.split("%(")
        rest = [part.partition(")s") for part in parts[1:]]
        words = parts[0].upper() + "".join(f"%({n})s{more.upper()}" for n, _s, more in rest)
        return capitals.setdefault(template, words)

    monkeypatch.setattr(sentences, "gettext", shout)


def test_the_template_is_translated_and_times_are_written_as_pages_do(shouting):
    words = sentence(mark("Bag %(n)s ends %(at)s, after %(time)s."), n=3, at=MON, time=timedelta(2))
    assert words == "Bag 3 ends Mon 11 Jan 10:00, after 48 h."
    assert said(words) == "BAG 3 ENDS Mon 11 Jan 10:00, AFTER 2 d 0 h."


def test_sentences_inside_sentences_and_one_after_another(shouting):
    step = sentence(mark("the step"))
    words = together(sentence(mark("Not over %(what)s."), what=step), "Plain.")
    assert words == "Not over the step. Plain."
    assert said(words) == "NOT OVER THE STEP. Plain."


def test_lists_keep_their_order(shouting):
    kinds = tuple(sentence(mark("%(n)s bags"), n=n) for n in (2, 1))
    assert said(sentence(mark("fewest: %(kinds)s"), kinds=kinds)) == "FEWEST: 2 BAGS, 1 BAGS"


def test_the_doubtful_hour_says_its_offset():
    at = MON.replace(month=11, day=7, hour=1, fold=1)
    assert said(sentence(mark("at %(at)s"), at=at)) == "at Sun 7 Nov 01:00 UTC−5"


def test_any_other_text_stays():
    assert said("as it is, 100 %") == "as it is, 100 %"


@pytest.mark.parametrize("name", SAYS)
def test_the_core_marks_every_template_it_says(name):
    """What `_` does not mark, no translator ever sees."""
    tree = ast.parse((CORE / f"{name}.py").read_text())
    texts = {node.value for node in ast.walk(tree) if is_text(node)}
    marked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"
    }
    assert marked
    assert {text for text in texts if "%(" in text} <= marked
    faults = [ast.walk(node) for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    unseen = {id(node) for nodes in faults for node in nodes}  # told to programmers only
    assert not [node for node in ast.walk(tree) if is_english(node) and id(node) not in unseen]


def is_text(node) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_english(node) -> bool:
    """An f-string of more than one word is a sentence that cannot be translated."""
    if not isinstance(node, ast.JoinedStr):
        return False
    words = "".join(part.value for part in node.values if is_text(part)).split()
    return len([word for word in words if word.isalpha() and len(word) > 1]) > 1


def test_the_plan_page_says_why_and_refuses_in_its_own_language(cast, clock, sign_in, shouting):
    cycle = planned(cast, clock, planned_start=clock.now, home_from_hour=216)
    client, address = sign_in(cast.farid), reverse("infusions:plan", args=[cycle.uuid])
    page = client.get(address).content.decode()
    assert "IN THE ORDER OF THE GOALS THE FEWEST POSSIBLE ARE" in page
    refused = client.get(f"{address}?move=4.{9 * 24 * 60}").content.decode()
    assert "BAG 4 MAY NOT CROSS THE DOSE STEP ON" in refused
