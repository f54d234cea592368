"""Photos as phones take them, with all that a phone writes beside the picture."""

from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()

GPS_INFO = 0x8825
SECRETS = (
    b"Granitgatan 7",
    b"Kims telefon",
    b"<x:xmpmeta",
    b"efter slutet",
    b"hemlig kommentar",
    b"Kims profil",
)


def picture(width: int = 640, height: int = 480, seed: int = 0) -> Image.Image:
    """The left half is red and the right half blue, so that it can be seen which way it lies."""
    drawn = Image.new("RGB", (width, height), (200, 30 + seed * 23 % 120, 30))
    drawn.paste((30, 30, 200), (width // 2, 0, width, height))
    return drawn


def exif(orientation: int = 1) -> bytes:
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010E] = "Granitgatan 7"
    told[0x0110] = "Kims telefon"
    gps = told.get_ifd(GPS_INFO)
    gps[1], gps[2], gps[3], gps[4] = "N", (59.0, 36.0, 0.5), "E", (15.0, 50.0, 22.0)
    return told.tobytes()


def photo(
    kind: str = "JPEG", *, orientation: int = 1, size: tuple[int, int] = (640, 480), seed: int = 0
) -> bytes:
    file, drawn = BytesIO(), picture(*size, seed=seed)
    more: dict[str, Any] = {"exif": exif(orientation)}
    if kind == "JPEG":
        more |= {"comment": b"hemlig kommentar", "xmp": b"<x:xmpmeta>Granitgatan 7</x:xmpmeta>"}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", "hemlig kommentar")
        notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Granitgatan 7</x:xmpmeta>")
        more["pnginfo"] = notes
    drawn.save(file, kind, **more)
    return file.getvalue() + (b"efter slutet" if kind in {"JPEG", "PNG"} else b"")


def little_photo(kind: str, width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, kind)
    return file.getvalue()


def parts(fields: dict[str, str], files: list[tuple[str, bytes]], name: str = "photo") -> dict[str, Any]:
    """For httpx: a form with photos."""
    return {
        "data": fields,
        "files": [(name, (file_name, content, "image/jpeg")) for file_name, content in files],
    }
