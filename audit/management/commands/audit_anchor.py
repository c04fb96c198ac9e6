"""Prints the newest seal as a line to keep elsewhere; `audit_verify --anchor` reads it."""

from django.core.management.base import BaseCommand, CommandError

from audit.anchors import anchor_of, line_of
from audit.models import Seal


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        newest = Seal.objects.order_by("-pk").first()
        if newest is None:
            raise CommandError("Nothing is sealed yet.")
        self.stdout.write(line_of(anchor_of(newest)))
