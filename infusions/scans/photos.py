"""A photo as it may be kept: what it is says its content, and it is written again from its pixels,
so that place, device and anything hidden in the file are gone."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from commands.refusals import refuse

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2400
QUALITY = 85
FORMATS = ("JPEG", "PNG")


@dataclass(frozen=True)
class CleanPhoto:
    content: bytes  # JPEG
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clean_photo(upload, *, field: str = "photo") -> CleanPhoto:
    """From an uploaded file, whatever its name says. Raises HardStop when it is too big or no
    photo."""
    if upload.size > MOST_BYTES:
        refuse(
            "photo.too_big", _("The photo is larger than 10 MB. Take a smaller one."), field=field
        )
    try:
        with Image.open(upload, formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            picture = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        refuse("photo.unreadable", _("This is no JPEG or PNG photo. Take it again."), field=field)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    held = BytesIO()
    plain.save(held, "JPEG", quality=QUALITY)
    return CleanPhoto(held.getvalue(), *plain.size)
