from django.core.management.base import BaseCommand

from dashboards.seed.people import PASSWORD
from teams.models import User


class Command(BaseCommand):
    help = "Prints one demo account per role."

    def handle(self, *args, **options):
        people = User.objects.filter(email__endswith="@demo.example.org").order_by("pk")
        self.stdout.write(f"Password of every demo account: {PASSWORD}")
        for person in people:
            self.stdout.write(f"  {person.username:8} {person.get_role_display():20} {person}")
