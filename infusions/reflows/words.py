"""Causes, ways on and kinds of the diff, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from display.formats import elapsed, moment_of
from protocol.reflow import Option

CAUSES = {
    "paused": gettext_noop("The infusion was stopped: the cycle ends later than planned."),
    "start_moved": gettext_noop("The infusion runs at other times than planned."),
    "expires": gettext_noop("The running bag expires with drug left in it."),
    "over_early": gettext_noop("The running bag is over before its planned time."),
    "last_bag_short": gettext_noop("The last bag is over before the cycle is."),
    "bag_lost": gettext_noop("The next bag was lost."),
    "dose_changed": gettext_noop("The signed dose is not that of the planned bags."),
}
WAYS = {
    "keep_bags": gettext_noop("Keep the bags as they are, at other times"),
    "best": gettext_noop("Plan the rest anew"),
    "change_early": gettext_noop("Change the running bag early"),
    "end_short": gettext_noop("Keep the bags and end the cycle short"),
    "delay": gettext_noop("Wait for a new bag"),
}
CHANGES = {
    "kept": (gettext_noop("stays"), "plain"),
    "moved": (gettext_noop("other time"), "info"),
    "cut": (gettext_noop("stopped early"), "warning"),
    "clash": (gettext_noop("expires before its end"), "warning"),
    "make": (gettext_noop("to make"), "info"),
    "late": (gettext_noop("cannot be made in time"), "critical"),
    "expired": (gettext_noop("expires before it can hang"), "critical"),
    "review": (gettext_noop("made, not used: review"), "warning"),
    "dropped": (gettext_noop("not needed"), "plain"),
}


def causes(waiting: dict | None) -> list[str]:
    return [_(CAUSES[cause]) for cause in waiting["causes"]] if waiting else []


def way_of(option: Option) -> str:
    """The way on with what it costs in treatment, if anything."""
    words = _(WAYS[option.kind])
    if option.kind == "keep_bags" and not any("moved" in row.kinds for row in option.diff):
        words = _("Keep the bags and their times")
    if option.kind == "change_early":
        words = _("%(way)s, %(at)s") % {"way": words, "at": moment_of(option.start)}
    if option.delay_minutes:
        delay = elapsed(option.delay_minutes * 60)
        return _("%(way)s; treatment stands still for %(time)s") % {"way": words, "time": delay}
    if option.short_minutes:
        short = elapsed(option.short_minutes * 60)
        return _("%(way)s; %(time)s of infusion are not given") % {"way": words, "time": short}
    return words


def changes(kinds: tuple[str, ...]) -> list[dict]:
    return [{"text": _(CHANGES[kind][0]), "level": CHANGES[kind][1]} for kind in kinds]
