"""What the page of a change shows: the running bag, the ledger, the ways on, and the diff."""

from datetime import timedelta

from infusions.models import Cycle
from infusions.queries import next_cycle_not_before
from infusions.reflows import words as reflow_words
from infusions.reflows.diff import Shown
from infusions.reflows.visits import affected_visits
from protocol.reflow import Option
from protocol.reflow_diff import BagChange

MINUTE = timedelta(minutes=1)


def facts_of(cycle: Cycle, shown: Shown, option: Option | None) -> dict:
    found = shown.reflow
    facts = {
        "shown": shown,
        "reflow": found,
        "behind": found.behind_minutes * MINUTE,
        "short": max(found.last_bag_short_minutes, 0) * MINUTE,
        "ways": [_way(name, one, option) for name, one in shown.ways.items()],
        "option": option,
        "old_next_cycle": next_cycle_not_before(cycle, found.old_end),
        "new_next_cycle": next_cycle_not_before(cycle, found.new_end),
    }
    if option is None:
        return facts
    rows = [_row(change) for change in option.diff]
    return facts | {
        "rows": rows,
        "way": reflow_words.way_of(option),
        "to_make": sum("make" in change.kinds for change in option.diff),
        "to_review": sum(bool({"review", "expired"} & set(c.kinds)) for c in option.diff),
        "thrown_away": (option.cost["cut_minutes"] + option.discarded_minutes) * MINUTE,
        "visits": affected_visits(cycle, option),
    }


def _way(name: str, one: Option, chosen: Option | None) -> dict:
    return {
        "name": name,
        "option": one,
        "words": reflow_words.way_of(one),
        "chosen": one is chosen,
        "cut": (one.cost["cut_minutes"] + one.discarded_minutes) * MINUTE,
    }


def _row(change: BagChange) -> dict:
    return {
        "change": change,
        "words": reflow_words.changes(change.kinds),
        "cut": change.cut_minutes * MINUTE,
        "overrun": change.overrun_minutes * MINUTE,
    }
