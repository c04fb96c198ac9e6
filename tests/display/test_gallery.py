import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.urls import reverse

from display.samples import SampleForm
from protocol.stops import Stop

TEMPLATES = Path(__file__).parents[2] / "templates"
STATIC = Path(__file__).parents[2] / "static"
PAGES = ["display:gallery", "display:gallery_board", "display:gallery_patient", "account_login"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PAGES)
def test_pages_need_no_inline_style_or_script(client, name):
    html = client.get(reverse(name)).content.decode()
    assert "style=" not in html
    assert "<style" not in html
    assert not re.search(r"\son\w+=", html)
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html)
    assert inline == []


@pytest.mark.parametrize("name", PAGES[:3])
def test_no_id_is_used_twice(client, name):
    ids = re.findall(r'\sid="([^"]+)"', client.get(reverse(name)).content.decode())
    assert len(ids) == len(set(ids))


def test_gallery_is_not_there_in_production(client, settings):
    settings.DEBUG = settings.TRAINING = False
    assert client.get(reverse("display:gallery")).status_code == 404


def test_templates_hold_no_style_attribute():
    for template in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\sstyle=", template.read_text()), template


def test_style_sheets_and_modules_that_pages_name_exist_and_none_is_left_over():
    pages = "".join(page.read_text() for page in TEMPLATES.rglob("*.html"))
    named = set(re.findall(r"static '((?:css|js|img)/[^']+)'", pages))
    on_disk = {str(p.relative_to(STATIC)) for p in STATIC.glob("css/*.css")}
    on_paper = {
        "css/label_a4.css",
        "css/label_thermal.css",
        "css/record.css",
    }  # only the pdf.py of infusions/labels and infusions/records draw them
    assert on_disk - on_paper == {name for name in named if name.startswith("css/")}
    assert all((STATIC / name).is_file() for name in named)


def field_html(name, **more):
    form = SampleForm({"side": "port", "weight_kg": "abc"})
    source = '{% include "_field.html" with field=field unit=unit big=big %}'
    return Template(source).render(Context({"field": form[name], **more}))


def test_a_field_joins_its_help_and_error_to_the_control():
    html = field_html("weight_kg", unit="kg")
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html).group(1).split()
    assert described == ["id_weight_kg_helptext", "id_weight_kg_error"]
    assert all(f'id="{one}"' in html for one in described)
    assert 'aria-invalid="true"' in html


def test_radios_are_a_group_of_big_choices_with_a_legend():
    html = field_html("side")
    assert html.count('class="choice"') == 3
    assert "<legend>Line" in html
    assert re.search(r'value="port"[^>]*checked', html)


def test_optional_fields_say_so_and_required_ones_do_not():
    assert "optional" in field_html("note")
    assert "optional" not in field_html("weight_kg")


def test_stops_show_message_citation_and_severity():
    stops = [Stop("a.b", "Ask for a new bag.", citation="2.6")]
    html = Template('{% include "_stops.html" %}').render(Context({"stops": stops}))
    assert 'role="alert"' in html
    assert "Ask for a new bag." in html
    assert "2.6" in html


def test_a_corrected_entry_keeps_its_original_struck_through(client):
    html = client.get(reverse("display:gallery_patient")).content.decode()
    assert "<s>73 mL left</s>" in html
    assert "Corrected by N. Reyes: digits swapped" in html
