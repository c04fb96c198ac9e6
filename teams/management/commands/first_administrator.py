"""Makes the organisation and its first administrator, and prints the link to set the password."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clock.now import now
from teams.actions.founding import AlreadyFounded, found
from teams.actions.password_links import password_link


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("--organisation", required=True, help="the name of the hospital")

    def handle(self, *args, username, email, organisation, **options):
        try:
            first = found(organisation=organisation, username=username, email=email, at=now())
        except AlreadyFounded as reason:
            raise CommandError(
                "There is an organisation already: its administrator invites people."
            ) from reason
        except ValidationError as reason:
            raise CommandError(" ".join(reason.messages)) from reason
        self.stdout.write(f"Open this once, in a browser, to set the password of {username}:")
        self.stdout.write(password_link(first))
