"""The OpenAPI document as a page to read: ours, because ready-made ones need inline styles."""

from dataclasses import dataclass

from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from teams.permissions import Permission
from teams.routes import route

VERBS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    verb: str
    path: str
    description: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str]]  # (status, what it holds)

    @property
    def anchor(self) -> str:
        return (
            f"{self.verb}{self.path}".replace("/", "-").strip("-").replace("{", "").replace("}", "")
        )


@route(Permission.SIGNED_IN, methods=("GET", "HEAD"))
def docs(request):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    context = {"info": schema["info"], "groups": groups_of(schema)}
    return render(request, "api/docs.html", context)


def groups_of(schema: dict) -> list[tuple[str, list[Operation]]]:
    """(noun, operations), in the order of the addresses."""
    groups: dict[str, list[Operation]] = {}
    for path, verbs in schema["paths"].items():
        for verb in VERBS:
            if verb in verbs:
                tag = verbs[verb].get("tags", ["api"])[0]
                groups.setdefault(tag, []).append(operation_of(schema, path, verb, verbs[verb]))
    return list(groups.items())


def operation_of(schema: dict, path: str, verb: str, found: dict) -> Operation:
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        verb=verb,
        path=path,
        description=found.get("description", ""),
        parameters=[parameter_of(schema, one) for one in found.get("parameters", [])],
        body=fields_of(schema, body.get("schema", {})),
        answers=[(status, answer_of(one)) for status, one in found.get("responses", {}).items()],
    )


def parameter_of(schema: dict, one: dict) -> Field:
    kind = kind_of(schema, one.get("schema", {}))
    where = "" if one["in"] == "query" else f" · {one['in']}"
    words = one.get("description", "")
    return Field(one["name"], kind + where, one.get("required", False), words)


def fields_of(schema: dict, shape: dict) -> list[Field]:
    shape = resolved(schema, shape)
    required = shape.get("required", ())
    return [
        Field(name, kind_of(schema, one), name in required, one.get("description", ""))
        for name, one in shape.get("properties", {}).items()
    ]


def resolved(schema: dict, shape: dict) -> dict:
    name = shape.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else shape


def kind_of(schema: dict, shape: dict) -> str:
    """ "string (uuid)", "one of: ward, home", "list of integer"."""
    if "allOf" in shape:
        return kind_of(schema, shape["allOf"][0])
    shape = resolved(schema, shape)
    if "enum" in shape:
        return "one of: " + ", ".join(str(one) for one in shape["enum"])
    if shape.get("type") == "array":
        return f"list of {kind_of(schema, shape.get('items', {}))}"
    form = shape.get("format", "")
    return shape.get("type", "object") + (f" ({form})" if form else "")


def answer_of(response: dict) -> str:
    """The name of what comes back, else what is said about it."""
    for one in response.get("content", {}).values():
        name = one.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name:
            return name
    return response.get("description", "")
