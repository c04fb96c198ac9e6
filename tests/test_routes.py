"""Every page says who may open it; nobody sees one without signing in."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from teams.permissions import Permission

# Served by packages: they ask for a session themselves where they must.
NOT_OURS = ("allauth.", "django.views.static", "django.contrib.staticfiles")
# Open by design: the health page, the OpenAPI document holds no data.
PUBLIC_OK = {"healthz"}


def patterns(resolver=None, names=()):
    """(pattern, full name) of everything the project answers."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, (*names, entry.namespace) if entry.namespace else names)
        elif isinstance(entry, URLPattern):
            yield entry, ":".join((*names, entry.name or entry.lookup_str))


def ours():
    return [(p, name) for p, name in patterns() if not p.lookup_str.startswith(NOT_OURS)]


def permission_of(pattern):
    """Of a function view, or of the class behind an API view."""
    view = pattern.callback
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return getattr(view, "permission", None) or getattr(kind, "permission", None)


def test_every_page_names_the_permission_it_needs():
    assert len(ours()) > 10
    missing = [n for p, n in ours() if n not in PUBLIC_OK and not is_named(p)]
    assert missing == []


def is_named(pattern) -> bool:
    return isinstance(permission_of(pattern), Permission)


def test_nothing_but_the_allowed_pages_is_public():
    public = {n for p, n in ours() if permission_of(p) == Permission.PUBLIC}
    assert {name for name in public if not name.startswith("display:")} <= PUBLIC_OK


@pytest.mark.django_db
def test_nobody_opens_a_page_without_signing_in(client):
    opened = []
    for pattern, name in ours():
        if permission_of(pattern) == Permission.PUBLIC or name in PUBLIC_OK:
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue  # needs a row; its tests ask as outsiders
        answer = client.get(address)
        turned_away = answer.status_code in (401, 403, 405) or "login" in answer.get("Location", "")
        if not turned_away:
            opened.append(f"{name}: {answer.status_code}")
    assert opened == []
