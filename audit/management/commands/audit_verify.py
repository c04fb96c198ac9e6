"""Reads the whole audit record against its seals. Exit 0 intact, 1 broken, 2 could not run."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import Error

from audit.anchors import NoAnchors, read
from audit.verifying import Verdict, verify


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="the verdict as one JSON object")
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help="anchors kept elsewhere: their file, or a log",
        )

    def handle(self, *args, **options):
        file = options["anchor"]
        try:
            known = read(file) if file else []
            verdict = verify(known)
        except NoAnchors as reason:
            self.stderr.write(f"Not verified: {reason}")
            sys.exit(2)
        except Error as error:
            self.stderr.write(f"The record could not be read: {error}")
            sys.exit(2)
        as_json = json.dumps(asdict(verdict), sort_keys=True)
        self.stdout.write(as_json if options["json"] else in_words(verdict, len(known)))
        if verdict.fault:
            sys.exit(1)


def in_words(verdict: Verdict, anchors: int) -> str:
    fault = verdict.fault
    if fault:
        return f"BROKEN ({fault.kind}): {fault.words}"
    return (
        f"Intact: {verdict.events} events, {verdict.seals} seals,"
        f" {verdict.unsealed} waiting for the next seal. "
        + (
            f"Compared with {anchors} anchors."
            if anchors
            else "Seals cut off at the end are seen with --anchor FILE only."
        )
    )
