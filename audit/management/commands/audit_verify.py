"""Reads the whole audit record against its seals. Exit 0 intact, 1 broken, 2 could not run."""

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.db import Error

from audit.verifying import Verdict, verify


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="the verdict as one JSON object")

    def handle(self, *args, **options):
        try:
            verdict = verify()
        except Error as error:
            self.stderr.write(f"The record could not be read: {error}")
            sys.exit(2)
        as_json = json.dumps(asdict(verdict), sort_keys=True)
        self.stdout.write(as_json if options["json"] else in_words(verdict))
        if verdict.fault:
            sys.exit(1)


def in_words(verdict: Verdict) -> str:
    fault = verdict.fault
    if fault:
        return f"BROKEN ({fault.kind}): {fault.words}"
    return (
        f"Intact: {verdict.events} events, {verdict.seals} seals,"
        f" {verdict.unsealed} waiting for the next seal."
    )
