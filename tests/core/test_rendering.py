"""Page images made in a locked-down process."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zlib

import pytest
from PIL import Image

from backoffice.core import rendering
from backoffice.core.rendering import CHILD, Rendering, render_pages
from tests.fakes.documents import locked_pdf, pdf, picture

PDF = "application/pdf"


def render(data: bytes, content_type: str = PDF, **limits) -> Rendering:
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.flush()
        return render_pages(source, content_type, **limits)


def said(result: Rendering) -> list[str]:
    return [warning.msgid % warning.values for warning in result.warnings]


def test_pdf_becomes_a_picture_for_each_page():
    result = render(pdf(3))
    assert [page.number for page in result.pages] == [1, 2, 3]
    assert (result.page_count, result.warnings, result.problem) == (3, (), None)
    with Image.open(io.BytesIO(result.pages[0].data)) as page:
        assert (page.format, page.size) == ("JPEG", (1000, 1416))
        assert page.convert("L").getextrema()[0] < 64  # something is written on it


@pytest.mark.parametrize(
    "code",
    [
        {"catalog": b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"},
        {"catalog": b"/OpenAction<</S/J#61vaScript/J#53(app.alert(1))>>"},
        {"catalog": b"/AA<</WC<</S/Launch/F(calc.exe)>>>>"},
        {"catalog": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>"},
    ],
)
def test_script_is_told_and_not_run(code):
    result = render(pdf(**code))
    assert len(result.pages) == 1
    assert said(result) == ["The PDF holds a script or starts a program; neither was run."]


def test_script_in_a_packed_object_is_told():
    packed = zlib.compress(b"7 0 <</S/JavaScript/JS(app.alert(1))>>")
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
    plain = b"<</Type/ObjStm/N 1/First 4/Length 4>>stream\nnone\nendstream"
    result = render(pdf(more=(plain, stream % (len(packed), packed))))
    assert said(result) == ["The PDF holds a script or starts a program; neither was run."]


def test_bytes_of_a_stream_are_not_taken_for_a_script():
    assert said(render(pdf(more=(b"<</Length 8>>stream\n/JS (x) \nendstream",)))) == []


def test_million_real_pages_show_the_first():
    result = render(pdf(1_000_000), pages_max=2)
    assert len(result.pages) == 2
    assert result.page_count == 1_000_000
    assert said(result) == ["The document has 1000000 pages; the first 2 are shown."]


def test_million_claimed_pages_show_what_is_there():
    result = render(pdf(1, count=1_000_000))
    assert len(result.pages) == 1
    assert "Some pages cannot be read." in said(result)


@pytest.mark.parametrize(
    "box", [b"0 0 1e30 1e30", b"0 0 10 100000", b"0 0 100000 1", b"0 0 0 0", b"-5 -5 nan 3"]
)
def test_size_of_a_picture_is_bounded_whatever_the_page(box):
    (page,) = render(pdf(box=box)).pages
    assert 1 <= page.width_px <= 1000
    assert 1 <= page.height_px <= 3000


@pytest.mark.parametrize(
    ("data", "content_type", "why"),
    [
        (locked_pdf(), PDF, "password"),
        (pdf()[:300], PDF, "damaged"),
        (b"%PDF-1.7\n" + b"x" * 1000, PDF, "damaged"),
        (b"", PDF, "damaged"),
        (b"", "image/png", "damaged"),
        (picture("PNG")[:60], "image/png", "damaged"),
        (picture("JPEG")[:200], "image/jpeg", "damaged"),
    ],
)
def test_what_cannot_be_read_is_a_problem(data, content_type, why):
    result = render(data, content_type)
    assert result.pages == ()
    assert why in result.problem.msgid


def test_a_picture_of_too_many_pixels_is_a_problem():
    vast = picture("PNG", (30_000, 30_000), mode="1", color=0)
    assert "too many pixels" in render(vast, "image/png").problem.msgid


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_becomes_one_page(kind):
    result = render(picture(kind, (2000, 1000)), f"image/{kind.lower()}")
    (page,) = result.pages
    assert (page.width_px, page.height_px, result.page_count) == (1000, 500, 1)


def test_picture_stands_upright_and_tells_nothing_of_its_camera():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Jeanne"
    (page,) = render(picture("JPEG", (300, 200), exif=exif), "image/jpeg").pages
    assert (page.width_px, page.height_px) == (200, 300)
    assert b"Jeanne" not in page.data


def test_transparent_picture_lies_on_white():
    data = picture("PNG", mode="RGBA", color=(255, 0, 0, 0))
    (page,) = render(data, "image/png").pages
    with Image.open(io.BytesIO(page.data)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_animated_picture_shows_its_first_image():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])
    assert said(render(made.getvalue(), "image/webp")) == [
        "The picture is animated: its first image is shown."
    ]


def test_attached_files_are_told():
    names = b"/Names<</EmbeddedFiles<</Names[(a.exe)6 0 R]>>>>"
    spec = b"<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>"
    file = b"<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream"
    assert said(render(pdf(catalog=names, more=(spec, file)))) == [
        "The PDF holds other files, which were not opened."
    ]


def test_document_that_takes_too_long_is_given_up():
    result = render(pdf(), seconds_max=0.01)
    assert (result.pages, result.problem) == ((), rendering._UNREADABLE)


def run_locked(code: str) -> dict:
    """Run code after the lock, in a process like the one that draws."""
    script = f"""
import errno, json, os, runpy, socket
child = runpy.run_path({str(CHILD)!r})
child["lock_down"]()
def attempt(deed):
    try:
        deed()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
{code}
"""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-I", "-c", script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=folder,
            check=True,
        )
    return json.loads(done.stdout)


def test_locked_process_reaches_nothing():
    found = run_locked("""
print(json.dumps({
    "open": attempt(lambda: open("/etc/passwd")),
    "socket": attempt(socket.socket),
    "fork": attempt(os.fork),
    "execute": attempt(lambda: os.execv("/bin/sh", ["sh"])),
    "user": os.geteuid(),
}))
""")
    assert found["open"] != "done"
    assert found["socket"] != "done"
    assert found["fork"] == "EAGAIN"
    assert found["execute"] != "done"
    assert found["user"] != 0


NAMESPACES = ("unshare", "-n") if os.geteuid() == 0 else ("unshare", "-rn")


@pytest.mark.skipif(
    subprocess.run([*NAMESPACES, "true"], check=False, capture_output=True).returncode != 0,
    reason="this machine gives out no namespaces",
)
def test_locked_process_has_no_network_even_with_a_socket():
    found = run_locked("""
os.close(0)  # frees a number below the limit
print(json.dumps(attempt(lambda: socket.socket().connect(("127.0.0.1", 9)))))
""")
    assert found == "ENETUNREACH"


@pytest.mark.parametrize(
    ("output", "pages"),
    [
        (b"", 0),
        (b"[]\n", 0),
        (b"[" * 900, 0),
        (b'{"number": 1}\n', 0),
        (b'{"number": 1, "width_px": 5, "height_px": 5, "size_bytes": 9999999999}\n', 0),
        (b'{"number": 1, "width_px": 5, "height_px": 5, "size_bytes": 4}\n<htm', 0),
        (b'{"number": 1, "width_px": 5, "height_px": 5, "size_bytes": 9}\n\xff\xd8\xff', 0),
        (b'{"number": true, "width_px": 5, "height_px": 5, "size_bytes": 3}\n\xff\xd8\xff', 0),
        (b'{"number": 1, "width_px": 5, "height_px": 5, "size_bytes": 3}\n\xff\xd8\xff' * 50, 20),
        (b'{"number": 1, "width_px": 5, "height_px": 5, "size_bytes": 3}\n\xff\xd8\xff{"number":2}',
         1),
        (b'{"number": 1, "width_px": 5, "height_px": 5, "size_bytes": 3}\n\xff\xd8\xff'
         b'{"page_count": 1, "warnings": 7}', 1),
        (b'{"page_count": -5, "warnings": 7, "problem": {}}\n', 0),
    ],
)  # fmt: skip
def test_nothing_that_a_taken_over_child_writes_is_trusted(output, pages):
    result = rendering._read(io.BytesIO(output), pages_max=20)
    assert len(result.pages) == pages
    assert (result.problem is None) == bool(pages)
    assert (rendering._STOPPED in result.warnings) == bool(pages)
