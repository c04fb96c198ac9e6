"""What every page shows around its content: navigation, clock, training banner, live state."""

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clock.now import now
from notifications.queries import sending_health, unread_count
from teams.permissions import Permission, can

PLACES = (
    ("layout-dashboard", gettext_noop("Board"), "dashboards:board", Permission.SEE_BOARD),
    ("bell", gettext_noop("Inbox"), "notifications:inbox", Permission.SIGNED_IN),
    ("users", gettext_noop("Patients"), "patients:list", Permission.SEE_BOARD),
    ("package", gettext_noop("Bags"), "infusions:prep_board", Permission.SEE_BOARD),
    ("house", gettext_noop("Visits"), "visits:list", Permission.SEE_BOARD),
    ("arrow-left-right", gettext_noop("Handoffs"), "handoffs:list", Permission.SEE_BOARD),
    ("droplets", gettext_noop("Today"), "education:today", Permission.SEE_OWN_INFUSION),
    ("user-cog", gettext_noop("People"), "teams:people", Permission.MANAGE_PEOPLE),
    ("scroll-text", gettext_noop("Audit"), "audit:events", Permission.READ_AUDIT),
)

OF_A_PATIENT = {"monitoring", "checklists"}
BAG_PAGES = {
    "check_label",
    "bag_dispute",
    "make_dispute",
    "bag_emergency",
    "make_emergency",
    "near_misses",
    "label_sets",
    "label_set",
    "label_row",
    "read_row",
    "decide_row",
    "withdraw_row",
    "add_site_row",
    "adopt_label",
    "prep_board",
    "storage_failure",
    "beyond_use",
    "off_hours",
    "prove_custody",
    "bag",
    "compound",
    "check_bag",
    "move_bag",
    "discard_bag",
    "make",
    "redo_make",
    "take_over_make",
    "give_up_make",
    "check_drawn",
    "make_record",
    "add_photo",
    "products",
    "product",
    "stock",
    "stock_lot",
    "correct_stock",
    "vial_cost",
    "pooling",
    "recalls",
    "recall",
    "report",
    "report_of",
    "compounding_record",
    "formulation_record",
}


@dataclass
class Chrome:
    user: object
    now: datetime
    zone: str
    training: bool
    may_travel: bool = False
    label_notice: str = ""
    inbox_count: int = 0
    reminders_healthy: bool = True
    health_text: str = ""
    has_font: bool = False
    nav: list = field(default_factory=list)


def chrome(request) -> dict:
    return {"chrome": SimpleLazyObject(lambda: build(request))}


def build(request) -> Chrome:
    user = getattr(request, "user", SimpleNamespace(is_authenticated=False))
    frame = Chrome(
        user=user,
        now=now(),
        zone=getattr(request, "zone", "UTC"),
        training=settings.TRAINING,
        has_font=settings.HAS_FONT,
    )
    if user.is_authenticated:
        health = sending_health()
        frame.inbox_count = unread_count(user)
        frame.may_travel = settings.TRAINING and can(user, Permission.MOVE_TRAINING_CLOCK)
        frame.reminders_healthy = health.state == "ok"
        frame.health_text = health.text
        frame.nav = nav_for(request, frame.inbox_count)
        if settings.TRAINING:
            frame.label_notice = _("Training label set: never for a real patient")
    return frame


def zone_of(user) -> str:
    """The person's own zone, else that of the first site of their organisation."""
    if not user.is_authenticated:
        return "UTC"
    if user.zone:
        return user.zone
    site = user.organisation.sites.order_by("pk").first() if user.organisation else None
    return site.zone if site else "UTC"


def place_of(view_name: str) -> str:
    """The place of the navigation in which a page lies: what is done for one patient lies under
    Patients, what is done with one bag under Bags."""
    app, _colon, page = view_name.partition(":")
    if app in OF_A_PATIENT or view_name == "dashboards:chart":
        return "patients:list"
    if app == "infusions":
        return "infusions:prep_board" if page in BAG_PAGES else "patients:list"
    own = [name for _icon, _label, name, _permission in PLACES if name.partition(":")[0] == app]
    return own[0] if own and app != "dashboards" else view_name


def nav_for(request, inbox_count: int) -> list[dict]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {
            "icon": icon,
            "label": _(label),
            "url": reverse(name),
            "current": name == place_of(here),
            "count": inbox_count if name == "notifications:inbox" else 0,
        }
        for icon, label, name, permission in PLACES
        if can(request.user, permission)
    ]
