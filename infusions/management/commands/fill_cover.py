from django.core.management.base import BaseCommand

from infusions.actions.coverage import fill_covers


class Command(BaseCommand):
    help = "Works out until when each open infusion is covered, where nobody has stored it yet."

    def handle(self, *args, **options):
        done = fill_covers()
        if done and options["verbosity"]:
            self.stdout.write(f"Cover worked out for {done} infusions.")
