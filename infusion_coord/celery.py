"""Celery only wakes workers; rows with `due_at` decide what is sent (docs/adr/0002)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infusion_coord.settings")

app = Celery("infusion_coord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A tick that waited longer than this is worthless: the next one does the same work.
TICK_EXPIRES_S = 5

app.conf.beat_schedule = {
    "deliver-outbox": {
        "task": "notifications.tasks.deliver_outbox",
        "schedule": 2.0,
        "options": {"expires": TICK_EXPIRES_S},
    },
    "raise-due-reminders": {
        "task": "notifications.tasks.raise_due_reminders",
        "schedule": 2.0,
        "options": {"expires": TICK_EXPIRES_S},
    },
    "seal-audit": {
        "task": "audit.tasks.seal_events",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "verify-states": {
        "task": "infusions.tasks.verify_states",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
}
