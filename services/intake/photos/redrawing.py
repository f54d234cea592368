"""Drawing a photo anew: turned upright, in ordinary colours, at two sizes, and nothing of the file but the picture.

The new files are written from bare pixels, so position, times, comments, thumbnails, profiles and whatever stood after the
end have no way into them. Runs in a process of its own (`redrawing_process`): a decoder may meet anything.
"""

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageFile, ImageOps
from pillow_heif import register_heif_opener

from services.intake.photos.faults import BadPhoto, Fault
from services.intake.photos.kinds import kind_of

register_heif_opener()
ImageFile.LOAD_TRUNCATED_IMAGES = False

_LONGEST_SIDE: Final = 30_000
_QUALITY: Final = 85
_PAPER: Final = (255, 255, 255)
_SRGB: Final = ImageCms.createProfile("sRGB")
# All that the decoders were seen to raise for bytes that are no whole picture.
_UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, AttributeError, EOFError, OverflowError,
    RuntimeError, struct.error, zlib.error, ZeroDivisionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sizes:
    max_pixels: int
    display_px: int
    thumbnail_px: int


@dataclass(frozen=True, slots=True)
class Redrawn:
    """Two JPEGs. `width` and `height` are those of `display`."""

    display: bytes
    thumbnail: bytes
    width: int
    height: int


def redraw(photo: bytes, sizes: Sizes) -> Redrawn:
    """Raises `BadPhoto`, and `MemoryError` where memory is limited."""
    kind = kind_of(photo[:300])
    if kind is None:
        raise BadPhoto(Fault.KIND if photo else Fault.EMPTY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _redrawn(photo, kind, sizes)
    except Image.DecompressionBombError:
        raise BadPhoto(Fault.TOO_MANY_PIXELS) from None
    except _UNREADABLE:
        raise BadPhoto(Fault.DAMAGED) from None


def _redrawn(photo: bytes, kind: str, sizes: Sizes) -> Redrawn:
    Image.MAX_IMAGE_PIXELS = sizes.max_pixels
    with Image.open(BytesIO(photo), formats=[kind]) as opened:
        width, height = opened.size
        if width * height > sizes.max_pixels or max(width, height) > _LONGEST_SIDE:
            raise BadPhoto(Fault.TOO_MANY_PIXELS)
        display = _upright(opened, sizes.display_px)
    thumbnail = display.copy()
    thumbnail.thumbnail((sizes.thumbnail_px, sizes.thumbnail_px), Image.Resampling.LANCZOS)
    return Redrawn(_written(display), _written(thumbnail), *display.size)


def _upright(opened: Image.Image, longest_px: int) -> Image.Image:
    """The first frame alone, of what moves."""
    profile = opened.info.get("icc_profile")
    orientation = _orientation(opened)
    opened.draft(None, (longest_px, longest_px))  # JPEG is read at a half, a quarter … where that is enough
    drawn = _plain(opened)
    drawn.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if orientation is not None:
        drawn = drawn.transpose(orientation)
    return _on_paper(_in_srgb(drawn, profile))


def _orientation(opened: Image.Image) -> Image.Transpose | None:
    """What would turn it upright. A photo with a torn EXIF part is taken as it lies."""
    try:
        told = opened.getexif().get(0x0112)
    except _UNREADABLE:
        return None
    turns = Image.Transpose
    return {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }.get(told if isinstance(told, int) else 1)


def _plain(opened: Image.Image) -> Image.Image:
    """Pixels alone, in a mode that can be made smaller well."""
    opened.load()
    if opened.mode.startswith("I;16"):
        return opened.point(lambda level: level / 256).convert("L")
    if opened.mode in {"RGB", "RGBA", "L", "CMYK", "LAB"}:
        return opened.copy()
    has_holes = "transparency" in opened.info or opened.mode in {"LA", "La", "PA", "RGBa"}
    return opened.convert("RGBA" if has_holes else "RGB")


def _in_srgb(drawn: Image.Image, profile: object) -> Image.Image:
    """A profile that can't be used is as good as none."""
    if not isinstance(profile, bytes) or not profile or drawn.mode not in {"RGB", "RGBA", "L", "CMYK", "LAB"}:
        return drawn
    mode = "RGBA" if drawn.mode == "RGBA" else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(drawn, given, _SRGB, outputMode=mode) or drawn
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return drawn


def _on_paper(drawn: Image.Image) -> Image.Image:
    """A new picture, into which only the pixels are carried."""
    paper = Image.new("RGB", drawn.size, _PAPER)
    if drawn.mode == "RGBA":
        paper.paste(drawn, mask=drawn.getchannel("A"))
    else:
        paper.paste(drawn.convert("RGB"))
    return paper


def _written(drawn: Image.Image) -> bytes:
    file = BytesIO()
    drawn.save(file, "JPEG", quality=_QUALITY, progressive=True)
    return file.getvalue()


def warm_up() -> None:
    """Has everything loaded that drawing needs; afterwards no file need be opened any more."""
    sizes = Sizes(1_000_000, 64, 32)
    exif = Image.Exif()
    exif[0x0112] = 6
    tried = ImageOps.exif_transpose(Image.linear_gradient("L").convert("RGB"))
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        file = BytesIO()
        tried.save(file, kind, exif=exif.tobytes(), icc_profile=ImageCms.ImageCmsProfile(_SRGB).tobytes())
        redraw(file.getvalue(), sizes)
