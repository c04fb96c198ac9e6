"""What the box above a form says: every reason it was not saved, each leading to its field."""

from dataclasses import dataclass

from display.sentences import said
from protocol.stops import Stop


@dataclass(frozen=True)
class Refusal:
    """One line of the box. `field` is the HTML name of the control it belongs to, "" for none."""

    message: str
    code: str = ""
    citation: str = ""
    severity: str = "hard"
    field: str = ""
    label: str = ""  # names the field where the message alone does not
    link: str = ""  # the address of a page that says more, or where it is put right


def refusals(form, stops: tuple[Stop, ...]) -> list[Refusal]:
    """The stops of a rule first, then what the form itself could not read. Nothing twice."""
    found = [of_stop(form, stop) for stop in stops]
    told = {one.message for one in found}
    return found + [one for one in of_form(form) if one.message not in told]


def of_stop(form, stop: Stop) -> Refusal:
    has_field = form is not None and stop.field in form.fields
    name = form[stop.field].html_name if has_field else ""
    facts = {"code": stop.code, "citation": stop.citation, "severity": stop.severity}
    return Refusal(said(stop.message), field=name, link=stop.link, **facts)


def of_form(form) -> list[Refusal]:
    if form is None or not form.is_bound:
        return []
    found = [Refusal(str(message)) for message in form.non_field_errors()]
    for field in sorted(form, key=lambda one: one.name == "password"):  # as on the page: last
        name = "" if field.is_hidden else field.html_name
        label = "" if field.is_hidden else str(field.label)
        found += [Refusal(str(words), field=name, label=label) for words in field.errors]
    return found
