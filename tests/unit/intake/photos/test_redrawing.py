"""Drawing anew: what comes out, and what is refused without being drawn."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from services.intake.photos.faults import BadPhoto, Fault
from services.intake.photos.kinds import kind_of
from services.intake.photos.redrawing import Sizes, redraw
from tests.support.photos import GPS_INFO, SECRETS, exif, photo, picture

SIZES = Sizes(max_pixels=2_000_000, display_px=512, thumbnail_px=100)


def fault_of(content: bytes) -> Fault | None:
    try:
        redraw(content, SIZES)
    except BadPhoto as bad:
        return bad.fault
    return None


def png_of(width: int, height: int) -> bytes:
    """Says that it is so large; what it holds is a few bytes that unfold to nothing like it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def saved(drawn: Image.Image, kind: str, **more: object) -> bytes:
    file = BytesIO()
    drawn.save(file, kind, **more)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_position_in_the_file_is_not_in_the_pictures(kind: str) -> None:
    given_photo = photo(kind)
    assert Image.open(BytesIO(given_photo)).getexif().get_ifd(GPS_INFO), "the test photo has a position"
    drawn = redraw(given_photo, SIZES)
    for shown in (drawn.display, drawn.thumbnail):
        assert not Image.open(BytesIO(shown)).getexif()
        assert not any(secret in shown for secret in SECRETS)
        assert not any(
            mark in shown for mark in (b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop", b"MPF")
        )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    expected = picture(400, 300)
    marked = expected.copy()
    marked.paste((20, 220, 20), (0, 0, 120, 60))  # the upper left corner
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    lying = marked if undo is None else marked.transpose(undo)
    drawn = Image.open(BytesIO(redraw(saved(lying, "JPEG", exif=exif(orientation)), SIZES).display))
    assert drawn.size == (400, 300)
    red, green, blue = drawn.getpixel((20, 20))
    assert green > 180 > max(red, blue)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_becomes_an_ordinary_picture(mode: str) -> None:
    kind = {"CMYK": "JPEG", "F": None}.get(mode, "PNG")
    if kind is None:
        assert fault_of(saved(picture().convert(mode), "TIFF")) is Fault.KIND
        return
    source = Image.linear_gradient("L").resize((300, 200))
    drawn = Image.new(mode, (300, 200)) if mode == "I;16" else source.convert(mode)
    assert Image.open(BytesIO(redraw(saved(drawn, kind), SIZES).display)).mode == "RGB"


def test_what_can_be_seen_through_lies_on_white() -> None:
    clear = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    assert Image.open(BytesIO(redraw(saved(clear, "PNG"), SIZES).display)).getpixel((50, 50)) == (
        255,
        255,
        255,
    )


def test_colours_of_a_profile_are_kept_without_it() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    drawn = redraw(saved(picture(), "JPEG", icc_profile=profile), SIZES)
    assert b"ICC_PROFILE" not in drawn.display
    assert fault_of(saved(picture(), "JPEG", icc_profile=b"no profile at all")) is None


def test_large_ones_are_made_smaller_and_small_ones_left() -> None:
    large = redraw(photo(size=(1600, 1200)), SIZES)
    assert (large.width, large.height) == (512, 384)
    assert max(Image.open(BytesIO(large.thumbnail)).size) == 100
    assert redraw(photo(size=(64, 48)), SIZES).width == 64


def test_the_first_frame_of_what_moves_is_taken() -> None:
    frames = [Image.new("RGB", (200, 100), colour) for colour in ("red", "blue", "green")]
    for kind in ("WEBP", "PNG"):
        moving = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        red, green, blue = Image.open(BytesIO(redraw(moving, SIZES).display)).getpixel((50, 50))
        assert red > 200
        assert max(green, blue) < 60


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (2_000_001, 1), (40_000, 10)])
def test_a_bomb_is_refused_by_what_it_says_it_is(width: int, height: int) -> None:
    assert fault_of(png_of(width, height)) is Fault.TOO_MANY_PIXELS


def test_a_text_that_unfolds_without_end_is_refused() -> None:
    body = b"Comment\0\0" + zlib.compress(b"a" * 80_000_000)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    plain = saved(picture(), "PNG")
    assert fault_of(plain[:33] + chunk + plain[33:]) in {Fault.DAMAGED, None}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"GIF89a\0\0", Fault.KIND),
        (b"<?xml version='1.0'?><svg/>", Fault.KIND),
        (b"%PDF-1.7", Fault.KIND),
        (b"BM\0\0", Fault.KIND),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", Fault.KIND),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Fault.DAMAGED),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Fault.DAMAGED),
        (photo()[:3000], Fault.DAMAGED),
        (photo("PNG")[:800], Fault.DAMAGED),
        (photo("WEBP")[:500], Fault.DAMAGED),
        (photo("HEIF")[:500], Fault.DAMAGED),
    ],
)
def test_what_is_no_whole_photo_is_refused(content: bytes, fault: Fault) -> None:
    assert fault_of(content) is fault


@given(st.binary(max_size=400))
def test_the_kind_is_told_by_the_content_alone(content: bytes) -> None:
    assert kind_of(content) in {None, "JPEG", "PNG", "WEBP", "HEIF"}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]),
    st.integers(0, 10_000),
    st.binary(min_size=1, max_size=20),
)
def test_a_photo_with_torn_bytes_is_drawn_or_refused_and_nothing_else(
    kind: str, at: int, torn: bytes
) -> None:
    content = bytearray(_SMALL[kind])
    at %= len(content)
    content[at : at + len(torn)] = torn
    fault_of(bytes(content))


_SMALL = {kind: photo(kind, size=(96, 64)) for kind in ("JPEG", "PNG", "WEBP", "HEIF")}
