"""Small drawings: the bag bar, the 28 day ticks, the meter to a limit and the cold budget."""

from functools import lru_cache

from display.svg import attribute, safe, tag

STATES = ("running", "low", "empty", "stopped", "held", "planned", "done")


def bag_bar(percent, state="running"):
    """What is left in a bag, as a bar. Its words stand beside it, so readers skip the picture."""
    if state not in STATES:
        raise ValueError(f"{state!r} is not a bag bar state: {', '.join(STATES)}")
    left = min(max(float(percent or 0), 0), 100)
    return _bag_bar(round(left, 1), state)


@lru_cache(maxsize=4096)
def _bag_bar(left, state):
    fill = tag("rect", class_="bag-bar-fill", width=left, height=10)
    return safe(
        tag(
            "svg",
            fill if left else "",
            class_=f"bag-bar bag-bar-{state}",
            viewBox="0 0 100 10",
            preserveAspectRatio="none",
            aria_hidden="true",
        )
    )


@lru_cache(maxsize=512)
def day_dots(day, days=28):
    """Weeks of seven ticks: days gone, this day (taller), days to come."""
    days = max(int(days), int(day))
    ticks = "".join(_tick(n, int(day)) for n in range(1, days + 1))
    width = _tick_x(days) + 2.4
    box = f"0 0 {width:.1f} 6"
    return safe(
        tag("svg", ticks, class_="day-dots", viewBox=box, width=width, height=6, aria_hidden="true")
    )


def _tick_x(n):
    return (n - 1) * 3 + (n - 1) // 7 * 1.4


def _tick(n, day):
    when = "gone" if n < day else "today" if n == day else "ahead"
    top, tall = (0, 6) if n == day else (1.5, 3)
    return tag("rect", class_=f"tick-{when}", x=_tick_x(n), y=top, width=2.2, height=tall, rx=1)


def budget_bar(used, unknown, allowed):
    """Time outside the fridge: what is known to be used, what only counts because nobody knows
    (striped), and what is left. `used` includes `unknown`; all in the same unit. Its words stand
    beside it."""
    most = max(float(allowed), 0.001)
    end = min(float(used) / most, 1) * 100
    striped = min(float(unknown) / most * 100, end)
    known = end - striped
    parts = [
        tag("rect", class_="budget-used", width=known, height=10) if known else "",
        tag("rect", class_="budget-unknown", x=known, width=striped, height=10) if striped else "",
    ]
    state = "over" if float(used) >= most else "low" if end >= LITTLE_LEFT else "running"
    return safe(
        tag(
            "svg",
            *parts,
            class_=f"bag-bar budget-bar budget-{state}",
            viewBox="0 0 100 10",
            preserveAspectRatio="none",
            aria_hidden="true",
        )
    )


LITTLE_LEFT = 90  # percent used: drawn in the colour of a bag that runs low


def meter(value, maximum, label="", level="critical"):
    """How far toward a limit; `clocks.js` moves it when it carries data-since (see the banner)."""
    most = max(float(maximum), 0.001)
    reached = min(max(float(value), 0), most)
    fill = tag("rect", class_="meter-fill", width=reached / most * 100, height=10)
    named = attribute("aria-label", label) if label else ""
    opening = (
        f'<svg class="meter meter-{level}" role="meter" viewBox="0 0 100 10" '
        f'preserveAspectRatio="none" aria-valuemin="0"{attribute("aria-valuemax", most)}'
        f"{attribute('aria-valuenow', reached)}{named}>"
    )
    return safe(f"{opening}{fill}</svg>")
