"""Publishes the lists in checklists/published. Running it twice changes nothing twice."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from checklists.definitions import BadDefinition, read_all
from checklists.models import Template


class Command(BaseCommand):
    help = "Publish the checklist files; refuses a published version whose content changed."

    @transaction.atomic
    def handle(self, *args, **options):
        try:
            found = read_all()
        except BadDefinition as error:
            raise CommandError(str(error)) from error
        made = sum(publish(definition) for definition in found)
        self.stdout.write(f"{len(found)} checklists read, {made} published now.")


def publish(definition) -> bool:
    """Whether it was new. A published version never changes: people signed it."""
    template, made = Template.objects.get_or_create(
        kind=definition.kind,
        version=definition.version,
        defaults={
            "title": definition.title,
            "items": definition.items,
            "sha256": definition.sha256,
        },
    )
    if template.sha256 != definition.sha256:
        raise CommandError(
            f"{template} was published with other content. Put the change in a new version."
        )
    return made
