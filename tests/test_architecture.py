"""Imports go one way, files and functions stay short, and protocol stays pure."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOTTOM = {"clock"}
PAGES = {"clock", "commands", "display", "protocol", "audit"}
CARE = PAGES | {"teams", "patients"}
MAY_IMPORT = {
    "protocol": set(),
    "clock": set(),
    "audit": BOTTOM,
    "commands": {"protocol", "audit", "clock"},
    "display": {"protocol", "clock"},
    "teams": PAGES,
    "patients": PAGES | {"teams"},
    "notifications": CARE,
    "checklists": CARE,
    "infusions": CARE | {"notifications", "checklists"},
    "monitoring": CARE | {"notifications", "infusions"},
    "visits": CARE | {"notifications", "checklists", "infusions"},
    "education": CARE | {"notifications", "infusions"},
    "handoffs": CARE | {"notifications", "infusions", "monitoring"},
}
BELOW = set(MAY_IMPORT)
MAY_IMPORT["dashboards"] = BELOW
MAY_IMPORT["api"] = BELOW
OURS = set(MAY_IMPORT) | {"infusion_coord"}

# Pages that stand above their own app: nothing imports them but their urls.py.
PAGE_FILES = {
    "audit/pages.py": {"teams", "patients"},
    "display/views.py": {"teams"},
}
PROJECT_FILES = {"settings", "urls", "celery", "health", "middleware", "wsgi"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


@cache
def files_of(app: str) -> list[Path]:
    return [p for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imported_by(path: Path) -> set[str]:
    """Whole dotted names, also of imports inside functions."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def all_files() -> list[Path]:
    return [path for app in sorted(OURS) for path in files_of(app)]


@pytest.mark.parametrize("app", sorted(MAY_IMPORT))
def test_an_app_imports_only_what_lies_below_it(app):
    wrong = []
    for path in files_of(app):
        name = path.relative_to(ROOT).as_posix()
        allowed = MAY_IMPORT[app] | PAGE_FILES.get(name, set()) | {app}
        apps = {full.split(".")[0] for full in imported_by(path)} & OURS
        wrong += [f"{name} imports {other}" for other in sorted(apps - allowed)]
    assert wrong == []


@pytest.mark.parametrize("page", sorted(PAGE_FILES))
def test_pages_above_their_app_are_imported_by_its_urls_only(page):
    module = page.removesuffix(".py").replace("/", ".")
    users = {
        path.relative_to(ROOT).as_posix()
        for path in all_files()
        if any(full == module or full.startswith(f"{module}.") for full in imported_by(path))
    }
    assert users <= {f"{page.split('/')[0]}/urls.py"}


def test_the_project_package_imports_apps_in_few_files():
    wrong = [
        path.name
        for path in files_of("infusion_coord")
        if {full.split(".")[0] for full in imported_by(path)} & set(MAY_IMPORT)
        and path.stem not in PROJECT_FILES
    ]
    assert wrong == []


def test_protocol_knows_no_framework():
    banned = {"django", "celery", "rest_framework"}
    wrong = [p.name for p in files_of("protocol") if roots(imported_by(p)) & banned]
    assert wrong == []


def roots(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def calls_of(path: Path, names: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time", "timezone"}
    ]


def test_protocol_never_looks_at_a_clock():
    found = [
        c for p in files_of("protocol") for c in calls_of(p, {"now", "today", "utcnow", "time"})
    ]
    assert found == []


def test_domain_time_comes_from_the_one_clock():
    """`datetime.now()` and `date.today()` never; real time is `django.utils.timezone.now()`."""
    found = [
        call
        for path in all_files()
        for call in calls_of(path, {"now", "today", "utcnow"})
        if "timezone.now" not in (ROOT / call.split(":")[0]).read_text()
    ]
    assert found == []


def test_no_file_is_too_long():
    lengths = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in all_files()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in all_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert wrong == []


def test_there_are_no_attic_modules_and_no_django_signals():
    attics = {"utils", "common", "core", "helpers", "mixins", "managers", "signals"}
    assert [str(p) for p in all_files() if p.stem in attics] == []
    assert [p.name for p in all_files() if "django.db.models.signals" in str(imported_by(p))] == []
