"""Make the database and the static files ready, and seed the demo: one process, so it is quick.

python -m bin.prepare [--seed] [--accounts FILE]
"""

import argparse
import os
import shutil
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from bin import stamps
from bin.paths import ROOT, STATIC_NPM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", action="store_true", help="add the demo programme once")
    parser.add_argument("--accounts", type=Path, help="write who can sign in to this file")
    wanted = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "infusion_coord.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_checklists", verbosity=0)
    call_command("fill_cover", verbosity=0)
    compile_messages()
    collect_static()
    if wanted.seed:
        call_command("seed_demo")
    if wanted.accounts:
        write_accounts(wanted.accounts, seeded=wanted.seed)


def write_accounts(file: Path, *, seeded: bool) -> None:
    """Here, where Django is loaded already: another process for it would cost seconds."""
    with file.open("w") as out:
        if seeded:
            call_command("demo_accounts", stdout=out)
        elif not get_user_model().objects.exists():
            out.write("Nobody can sign in yet: manage.py first_administrator (docs/deploy.md).\n")


def compile_messages() -> None:
    """Without gettext the pages stay in English, which is what they are written in."""
    catalogues = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    digest = stamps.digest_of(catalogues)
    if not catalogues or not shutil.which("msgfmt") or stamps.is_current("messages", digest):
        return
    call_command("compilemessages", locale=[po.parts[-3] for po in catalogues], verbosity=0)
    stamps.record("messages", digest)


def collect_static() -> None:
    sources = [ROOT / "static", STATIC_NPM, ROOT / "requirements.txt"]
    digest = stamps.digest_of(sources, str(settings.STATIC_ROOT))
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if manifest.is_file() and stamps.is_current("static", digest):
        return
    print("Collecting static files", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamps.record("static", digest)


if __name__ == "__main__":
    main()
