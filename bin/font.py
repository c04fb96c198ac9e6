"""Copy the named font files out of their npm package into static_npm/ (not kept in git).

Without npm, or without a network, nothing is copied and pages use the system's font.
"""

import shutil
import subprocess

from bin import stamps
from bin.paths import NODE_MODULES, ROOT, STATIC_NPM

PACKAGE = NODE_MODULES / "@fontsource-variable" / "inter"
FILES = (
    "inter-latin-wght-normal.woff2",
    "inter-latin-ext-wght-normal.woff2",
    "inter-greek-wght-normal.woff2",
)
FONTS = STATIC_NPM / "fonts"
FONT_CSS = ROOT / "display" / "fonts.css"


def install_font() -> None:
    STATIC_NPM.mkdir(exist_ok=True)
    digest = stamps.digest_of([ROOT / "package-lock.json", FONT_CSS])
    if stamps.is_current("font", digest) and all((FONTS / name).is_file() for name in FILES):
        return
    if not shutil.which("npm"):
        print("npm is not here: pages will use the system's font.", flush=True)
        return
    if _npm_ci() and copy_files():
        stamps.record("font", digest)
    else:
        print("The font could not be fetched: pages will use the system's font.", flush=True)


def _npm_ci() -> bool:
    print("Fetching the font with npm", flush=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def copy_files() -> bool:
    FONTS.mkdir(parents=True, exist_ok=True)
    wanted = [PACKAGE / "files" / name for name in FILES] + [PACKAGE / "LICENSE"]
    if not all(file.is_file() for file in wanted):
        return False
    for file in wanted:
        shutil.copyfile(file, FONTS / file.name)
    if FONT_CSS.is_file():
        # fonts.css names the files above, so it is only there when they are.
        shutil.copyfile(FONT_CSS, FONTS / FONT_CSS.name)
    return True


if __name__ == "__main__":  # the image's build, where npm has run already
    if not copy_files():
        raise SystemExit("The font's package is not in node_modules.")
