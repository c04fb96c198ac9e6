"""`manage.py import_fhir FILE... --user carla [--team NAME] [--dry-run]`"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from clock.now import now
from patients.actions.imports import (
    enrolled_already,
    import_patient,
    newer_in_words,
    notes_on,
)
from patients.fhir import NotImportable, read_bundle
from patients.queries import teams_of
from protocol.stops import HardStop
from teams.models import User


class Command(BaseCommand):
    help = "Imports FHIR R4 transaction bundles, one patient a file. Twice changes nothing twice."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--user", required=True, help="who imports; must be on the care team")
        parser.add_argument("--team", help="name of the care team, when the user is on several")
        parser.add_argument("--dry-run", action="store_true", help="reads and says, writes nothing")

    def handle(self, *, files, user, team, dry_run, **options):
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active user named {user}.")
        care_team = self.team_for(person, team)
        failed = [
            name
            for name in files
            if not self.take(Path(name), person=person, care_team=care_team, dry_run=dry_run)
        ]
        if failed:
            raise CommandError(f"{len(failed)} of {len(files)} files were not imported.")

    def team_for(self, person, name):
        teams = [team for team in teams_of(person) if name in (None, team.name)]
        if len(teams) == 1:
            return teams[0]
        names = ", ".join(team.name for team in teams_of(person)) or "none"
        raise CommandError(f"Name one care team of {person.username} with --team: {names}.")

    def take(self, path, *, person, care_team, dry_run) -> bool:
        """One file; says what happened. False when it was refused."""
        try:
            imported = read_bundle(path.read_bytes(), zone=care_team.site.zone)
            known = enrolled_already(imported=imported, organisation=care_team.site.organisation)
            newer = newer_in_words(person, known, imported)
            if not dry_run:
                import_patient(imported=imported, by=person, at=now(), care_team=care_team)
        except OSError as error:
            return self.refused(path, [f"cannot be read: {error.strerror}."])
        except NotImportable as error:
            return self.refused(path, error.problems)
        except HardStop as error:
            return self.refused(path, [stop.message for stop in error.stops])
        self.stdout.write(f"{path.name}: {word_for(known, newer, dry_run=dry_run)}.")
        for note in [] if known else notes_on(imported, at=now()):
            self.stdout.write(f"  {note}")
        return True

    def refused(self, path, problems) -> bool:
        for problem in problems:
            self.stderr.write(f"{path.name}: {problem}")
        return False


def word_for(known, newer: str, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    if not known:
        return f"{would}enrolled"
    return (
        f"already enrolled, {would}added: {newer}" if newer else "already enrolled, nothing changed"
    )
