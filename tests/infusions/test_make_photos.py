"""Photos from the hood: known by content, stripped, kept privately."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from infusions.actions.making import take_over_make
from infusions.models import MakePhoto
from infusions.scans import photos
from protocol.stops import HardStop
from tests.factories import key
from tests.infusions.making import made_until, products

SECRET = b"GPS 40.7128N 74.0060W"


def picture(kind="JPEG", *, size=(64, 40), exif=True) -> bytes:
    held, image = BytesIO(), Image.new("RGB", size, (200, 30, 30))
    more = {}
    if exif and kind == "JPEG":
        tags = Image.Exif()
        tags[0x010E] = SECRET.decode()  # ImageDescription
        tags[0x0112] = 6  # held upright
        more["exif"] = tags
    image.save(held, kind, **more)
    return held.getvalue()


def upload(content=None, name="photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture(), content_type="image/jpeg")


def refusal(content, name="photo.jpg") -> str:
    with pytest.raises(HardStop) as caught:
        photos.clean_photo(upload(content, name))
    return caught.value.stops[0].code


def test_what_the_camera_added_is_gone():
    assert SECRET in picture()
    clean = photos.clean_photo(upload())
    assert SECRET not in clean.content
    with Image.open(BytesIO(clean.content)) as found:
        assert found.format == "JPEG"
        assert dict(found.getexif()) == {}
        assert found.size == (40, 64)  # turned as the camera said
        assert found.size == (clean.width, clean.height)


def test_what_is_hidden_behind_the_picture_is_gone():
    clean = photos.clean_photo(upload(picture() + b"<script>alert(1)</script>"))
    assert b"script" not in clean.content


def test_a_png_is_kept_as_jpeg_whatever_its_name():
    clean = photos.clean_photo(upload(picture("PNG"), name="x.gif"))
    assert clean.content[:2] == b"\xff\xd8"


def test_a_large_photo_is_made_smaller():
    clean = photos.clean_photo(upload(picture(size=(3000, 100), exif=False)))
    assert (clean.width, clean.height) == (2400, 80)


@pytest.mark.parametrize(
    "content",
    [b"not a photo", b"%PDF-1.7", picture("GIF"), picture()[:200], b"<svg onload=alert(1)>"],
)
def test_what_is_no_photo_is_refused_whatever_its_name(content):
    assert refusal(content) == "photo.unreadable"


def test_a_photo_that_is_too_big_is_refused(monkeypatch):
    monkeypatch.setattr(photos, "MOST_BYTES", 100)
    assert refusal(picture()) == "photo.too_big"
    monkeypatch.setattr(photos, "MOST_BYTES", 10**6)
    monkeypatch.setattr(photos, "MOST_PIXELS", 100)
    assert refusal(picture()) == "photo.unreadable"


@pytest.fixture
def drawn(cast, clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    products(cast, clock)
    return made_until(cast, clock, "check_drawn")


def sent(client, session, content=None, **more):
    url = reverse("infusions:add_photo", args=[session.uuid]) + "?step=draw_drug"
    return client.post(url, {"photo": upload(content), "idempotency_key": key(), **more})


def test_the_maker_keeps_a_photo_and_sees_it(cast, drawn, sign_in):
    client = sign_in(cast.tom)
    assert sent(client, drawn).status_code == 302
    row = MakePhoto.objects.get()
    assert (row.key, row.taken_by) == ("draw_drug", cast.tom)
    answer = client.get(reverse("infusions:photo", args=[row.uuid]))
    assert answer["Content-Type"] == "image/jpeg"
    assert SECRET not in b"".join(answer.streaming_content)
    assert "no-store" in answer["Cache-Control"]
    record = client.get(reverse("infusions:make_record", args=[drawn.uuid]))
    assert str(row.uuid).encode() in record.content


def test_what_is_no_photo_is_refused_on_the_page(cast, drawn, sign_in):
    page = sent(sign_in(cast.tom), drawn, b"GIF89a nothing")
    assert page.status_code == 422
    assert "photo" in page.context["form"].errors
    assert not MakePhoto.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("farid", 200), ("petra", 200), ("nadia", 403), ("olga", 403)]
)
def test_while_it_is_made_only_the_pharmacy_sees_the_photo(cast, drawn, sign_in, who, status):
    sent(sign_in(cast.tom), drawn)
    url = reverse("infusions:photo", args=[MakePhoto.objects.get().uuid])
    assert sign_in(getattr(cast, who)).get(url).status_code == status


def test_another_hospital_does_not_find_the_photo(cast, drawn, sign_in):
    sent(sign_in(cast.tom), drawn)
    cast.twin_nurse.role = "pharmacist"
    cast.twin_nurse.save()
    url = reverse("infusions:photo", args=[MakePhoto.objects.get().uuid])
    assert sign_in(cast.twin_nurse).get(url).status_code == 404


def test_only_who_makes_the_bag_adds_one(cast, clock, drawn, sign_in):
    assert sent(sign_in(cast.farid), drawn).status_code == 404
    take_over_make(session=drawn, by=cast.petra, at=clock.now)
    assert sent(sign_in(cast.tom), drawn).status_code == 404


def test_a_photo_never_changes(cast, drawn, sign_in):
    sent(sign_in(cast.tom), drawn)
    with pytest.raises(IntegrityError), transaction.atomic():
        MakePhoto.objects.update(key="x")
