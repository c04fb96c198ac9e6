import time

from django.conf import settings
from django.contrib.auth.hashers import reset_hashers
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from clock.now import now
from dashboards.seed import custody, labels, shelf, stockroom
from dashboards.seed.courses import STORIES
from dashboards.seed.people import PASSWORD, make_people
from dashboards.seed.walk import Walk, run
from monitoring.findings import KINDS as FINDINGS
from notifications.models import OutboxMessage, Reminder
from teams.models import Organisation, User

# Kinds of reminder that the demo begins with.
STILL_OPEN = (
    "interruption_three_hours",
    "interruption_four_hours",
    "handoff_open",
    "plan_change",
    "hold_placed",
    "custody_gap",
    "bag_to_check",
)
# Signing asks for the password hundreds of times: a quick hash while seeding, a real one after.
QUICK_HASH = "django.contrib.auth.hashers.MD5PasswordHasher"


class Command(BaseCommand):
    help = "Adds the demo programme: people of every role and patients in every state. Once."

    def handle(self, *args, **options):
        if not settings.TRAINING:
            raise CommandError("The demo programme is for training mode only.")
        if Organisation.objects.exists():
            return
        began = time.monotonic()
        hashers = settings.PASSWORD_HASHERS
        with transaction.atomic():
            hash_with([QUICK_HASH, *hashers])
            try:
                seed()
            finally:
                hash_with(hashers)
            rehash()
        took = time.monotonic() - began
        self.stdout.write(f"Seeded {len(STORIES)} patients in {took:.0f} s")


def hash_with(hashers) -> None:
    settings.PASSWORD_HASHERS = hashers
    reset_hashers(setting="PASSWORD_HASHERS")


def seed() -> None:
    moment = now()
    team, people = make_people()
    shelf.stock(people, moment)
    stockroom.fill(team.site, people, moment)
    custody.limits(team.site, people, moment - labels.BEFORE)
    labels.adopt(team.site, people, moment - labels.BEFORE)
    labels.read_some(people, moment - labels.BEFORE)
    for number, story in enumerate(STORIES, start=1):
        run(Walk(story=story, number=number, team=team, people=people, now=moment))
    stockroom.count(team.site, people, moment)
    shelf.begin_a_bag(people, moment)
    custody.leave(people, moment)
    settle(moment)


def settle(moment) -> None:
    """What was due in the story's past was dealt with then: nobody is mailed about it today."""
    Reminder.objects.filter(due_at__lt=moment, state__in=["waiting", "raised"]).exclude(
        kind__in=[*STILL_OPEN, *FINDINGS]
    ).update(state="done", next_step_at=None, closed_because="done before the demo began")
    OutboxMessage.objects.filter(state="pending", created_at__lt=moment).update(state="cancelled")


def rehash() -> None:
    for person in User.objects.all():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
