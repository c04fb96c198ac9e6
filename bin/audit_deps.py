"""`make audit-deps`: are there known faults in what we depend on?

Exit 0: asked, none known. 1: at least one known. 3: NOT AUDITED, the service that knows could not
be asked; that is never reported as clean.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass

from bin.paths import ROOT, VENV

FAULTS_KNOWN = 1
NOT_AUDITED = 3
LONGEST_S = 300


@dataclass
class Answer:
    audited: bool
    faults: tuple[str, ...] = ()
    reason: str = ""


def main() -> None:
    answers = {"Python packages": audit_python(), "npm packages": audit_npm()}
    for name, answer in answers.items():
        _show(name, answer)
    if any(answer.faults for answer in answers.values()):
        sys.exit(FAULTS_KNOWN)
    if not all(answer.audited for answer in answers.values()):
        sys.exit(NOT_AUDITED)


def audit_python() -> Answer:
    command = [str(VENV / "bin" / "pip-audit"), "--strict", "--disable-pip", "--require-hashes"]
    command += ["--progress-spinner", "off", "--format", "json", "-r", "requirements-dev.txt"]
    output, complaint = _run(command)
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        return Answer(audited=False, reason=_reason(complaint or output))
    return Answer(
        audited=True,
        faults=tuple(
            f"{package['name']} {package['version']}: {fault['id']}"
            for package in packages
            for fault in package.get("vulns", ())
        ),
    )


def audit_npm() -> Answer:
    if not shutil.which("npm"):
        return Answer(audited=False, reason="npm is not here")
    output, complaint = _run(["npm", "audit", "--json", "--audit"])
    try:
        report = json.loads(output)
        faults = report["vulnerabilities"]
    except (ValueError, KeyError):
        return Answer(audited=False, reason=_reason(complaint or output))
    return Answer(audited=True, faults=tuple(f"{n}: {f['severity']}" for n, f in faults.items()))


def _run(command: list[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer in {LONGEST_S} s"
    return done.stdout, done.stderr


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no reason was given"])[0]


def _show(name: str, answer: Answer) -> None:
    if not answer.audited:
        print(f"{name}: NOT AUDITED ({answer.reason})")
    for fault in answer.faults:
        print(f"{name}: {fault}")
    if answer.audited and not answer.faults:
        print(f"{name}: audited, no known faults")


if __name__ == "__main__":
    main()
