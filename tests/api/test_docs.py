"""The API can be read as a page, in our own colours and without anything inline."""

import pytest
from django.urls import reverse

from api.rest.docs import groups_of, kind_of

pytestmark = pytest.mark.django_db


def test_every_address_of_the_schema_is_on_the_page(cast, sign_in):
    page = sign_in(cast.tom).get(reverse("api:docs")).content.decode()
    for words in ("/api/v1/bags/", "/api/v1/patients/{uuid}/", "Idempotency-Key", "GET", "POST"):
        assert words in page
    assert "style=" not in page and "<script>" not in page


def test_nobody_reads_it_without_signing_in(client):
    assert client.get(reverse("api:docs")).status_code == 302


def test_a_body_is_listed_with_what_is_needed():
    shape = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"$ref": "#/x/Side"}, "b": {}},
    }
    schema = {
        "components": {"schemas": {"Side": {"enum": ["left", "right"]}, "Body": shape}},
        "paths": {
            "/x/": {
                "post": {
                    "tags": ["x"],
                    "requestBody": {
                        "content": {"application/json": {"schema": {"$ref": "#/x/Body"}}}
                    },
                    "responses": {"201": {"description": "made"}},
                }
            }
        },
    }
    ((noun, (one,)),) = groups_of(schema)
    assert (noun, one.verb, one.answers) == ("x", "post", [("201", "made")])
    assert [(f.name, f.kind, f.is_required) for f in one.body] == [
        ("a", "one of: left, right", True),
        ("b", "object", False),
    ]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"type": "string", "format": "uuid"}, "string (uuid)"),
        ({"type": "array", "items": {"type": "integer"}}, "list of integer"),
        ({"allOf": [{"type": "boolean"}]}, "boolean"),
    ],
)
def test_kinds_in_words(shape, words):
    assert kind_of({}, shape) == words
