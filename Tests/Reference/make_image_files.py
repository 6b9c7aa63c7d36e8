"""Image files of every kind, and the pixels that Pillow reads from them.

    pip install pillow==13.0.0 numpy==2.4.6
    python Tests/Reference/make_image_files.py                   writes Tests/Reference/Images
    python Tests/Reference/make_image_files.py FOLDER 40         writes 40 times as many, of other contents, into FOLDER

expected.json says of each file what its pixels are: rows, columns and channels, the CRC-32 of the bytes and the first of them; or that Pillow refuses
it. The conversions are the ones that Docs/data.md states: orientation applied, transparency over white, 16 bits of grey divided by 257, of colour cut
to the high byte; a transparent grey of 2 or 4 bits is compared as it is stored. RIVAL_IMAGES=FOLDER makes the tests read another folder.
"""
import io
import json
import os
import struct
import sys
import warnings
import zlib

import numpy
from PIL import Image, ImageOps

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None
here = os.path.dirname(os.path.abspath(__file__))
folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "Images")
times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
os.makedirs(folder, exist_ok=True)
files = {}

# --- PNG, written here, because Pillow writes few of its kinds.


def chunk(name, content=b""):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def packed(samples, bits):
    """The rows of an array [rows, columns, channels] as PNG stores them."""
    rows = samples.reshape(samples.shape[0], -1)
    if bits == 16:
        return [row.astype(">u2").tobytes() for row in rows]
    if bits == 8:
        return [row.astype("uint8").tobytes() for row in rows]
    result = []
    for row in rows:
        text = "".join(format(int(value), f"0{bits}b") for value in row)
        text += "0" * (-len(text) % 8)
        result.append(bytes(int(text[place : place + 8], 2) for place in range(0, len(text), 8)))
    return result


def filtered(rows, step, random):
    """Rows behind a filter each, chosen at random."""
    before = bytes(len(rows[0])) if rows else b""
    out = b""
    for row in rows:
        kind = int(random.integers(5))
        left = bytes(step) + row[:-step] if len(row) > step else bytes(len(row))
        corner = bytes(step) + before[:-step] if len(row) > step else bytes(len(row))

        def paeth(a, b, c):
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            return a if pa <= pb and pa <= pc else b if pb <= pc else c

        guess = {
            0: lambda i: 0,
            1: lambda i: left[i],
            2: lambda i: before[i],
            3: lambda i: (left[i] + before[i]) // 2,
            4: lambda i: paeth(left[i], before[i], corner[i]),
        }[kind]
        out += bytes([kind]) + bytes((row[i] - guess(i)) & 255 for i in range(len(row)))
        before = row
    return out


ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(samples, color, bits, random, interlaced=False, before=b"", after=b""):
    rows, columns = samples.shape[:2]
    samples = samples.reshape(rows, columns, -1)
    assert samples.shape[2] == CHANNELS[color]
    step = max(1, CHANNELS[color] * bits // 8)
    if interlaced:
        data = b""
        for y, x, dy, dx in ADAM7:
            part = samples[y::dy, x::dx]
            if part.size:
                data += filtered(packed(part, bits), step, random)
    else:
        data = filtered(packed(samples, bits), step, random)
    header = struct.pack(">IIBBBBB", columns, rows, bits, color, 0, 0, int(interlaced))
    stream = zlib.compress(data)
    cut = len(stream) // 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + before
        + chunk(b"IDAT", stream[:cut])
        + chunk(b"IDAT", stream[cut:])
        + after
        + chunk(b"IEND")
    )


def pngs(random, mark):
    def image(color, bits, rows=5, columns=7):
        return random.integers(0, 1 << bits, (rows, columns, CHANNELS[color]))

    palette = random.integers(0, 256, (256, 3)).astype("uint8")
    for color, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
        for bits in depths:
            colors = chunk(b"PLTE", palette[: 1 << bits].tobytes()) if color == 3 else b""
            for interlaced in (False, True):
                name = f"{mark}color{color}-{bits}bit{'-interlaced' if interlaced else ''}.png"
                files[name] = png(image(color, bits), color, bits, random, interlaced, colors)
            if color == 3:
                alphas = bytes(random.integers(0, 256, min(1 << bits, 5)).tolist())
                files[f"{mark}palette-{bits}bit-alphas.png"] = png(image(3, bits), 3, bits, random, False, colors + chunk(b"tRNS", alphas))
                files[f"{mark}palette-{bits}bit-one-clear.png"] = png(
                    image(3, bits), 3, bits, random, True, colors + chunk(b"tRNS", b"\xff\x00"))
            if color in (0, 2) and bits < 16:
                samples = image(color, bits)
                key = b"".join(struct.pack(">H", int(value)) for value in samples[2, 3])
                samples[3, 4] = samples[2, 3]
                files[f"{mark}color{color}-{bits}bit-key.png"] = png(samples, color, bits, random, False, chunk(b"tRNS", key))
    for name, extra in {
        "gamma-1": chunk(b"gAMA", struct.pack(">I", 100000)),
        "gamma-22": chunk(b"gAMA", struct.pack(">I", 45455)),
        "srgb": chunk(b"sRGB", b"\x01"),
        "chromaticities": chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        "profile": chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile at all")),
        "background": chunk(b"bKGD", struct.pack(">HHH", 0, 255, 0)),
        "significant": chunk(b"sBIT", b"\x05\x06\x05"),
        "text": chunk(b"tEXt", b"Comment\0hello"),
        "unknown": chunk(b"abCd", b"hello"),
    }.items():
        files[f"{mark}{name}.png"] = png(image(2, 8), 2, 8, random, False, extra)
        if name.startswith("gamma"):
            files[f"{mark}{name}-grey16.png"] = png(image(0, 16), 0, 16, random, False, extra)
            files[f"{mark}{name}-alpha.png"] = png(image(6, 8), 6, 8, random, False, extra)
    for orientation in (3, 6, 9):
        files[f"{mark}exif-{orientation}.png"] = png(image(2, 8), 2, 8, random, False, chunk(b"eXIf", exif(orientation, ">")))
    xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + b'<x:xmpmeta><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
    files[f"{mark}xmp-8.png"] = png(image(0, 8), 0, 8, random, False, chunk(b"iTXt", xmp))
    for rows, columns in ((1, 1), (1, 9), (9, 1), (3, 17)):
        files[f"{mark}size-{rows}x{columns}.png"] = png(image(2, 8, rows, columns), 2, 8, random, True)
    whole = files[f"{mark}color2-8bit.png"]
    files[f"{mark}trailing.png"] = whole + b"hello"
    files[f"{mark}cut.png"] = whole[: len(whole) // 2]
    files[f"{mark}cut-header.png"] = whole[:20]
    files[f"{mark}misnamed-as.jpg"] = whole
    broken = bytearray(whole)
    broken[20] ^= 1
    files[f"{mark}header-checksum.png"] = bytes(broken)


# --- JPEG, written by Pillow and changed.


def exif(orientation, order="<", kind=3):
    value = struct.pack(order + {1: "B3x", 3: "H2x", 4: "I"}[kind], orientation)
    entries = struct.pack(order + "HHI", 0x010F, 2, 4) + b"abc\0" + struct.pack(order + "HHI", 0x0112, kind, 1) + value
    return (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, 2) + entries + struct.pack(order + "I", 0)


def segment(marker, content):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def inserted(jpeg, extra, place=2):
    return jpeg[:place] + extra + jpeg[place:]


def adobe(transform):
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


def without(jpeg, marker):
    """The file without its first segment of a marker."""
    place = jpeg.index(b"\xff" + bytes([marker]))
    return jpeg[:place] + jpeg[place + 2 + struct.unpack(">H", jpeg[place + 2 : place + 4])[0] :]


def scan(jpeg):
    """Where the coded data begin."""
    place = jpeg.index(b"\xff\xda")
    return place + 2 + struct.unpack(">H", jpeg[place + 2 : place + 4])[0]


def jpegs(random, mark):
    def picture(rows, columns, channels):
        # Smooth, with noise and an edge, so that transforms and interpolation show.
        y, x = numpy.mgrid[0:rows, 0:columns]
        planes = [128 + 90 * numpy.sin(x / (3 + c) + c) * numpy.cos(y / (4 + c)) + 60 * (x > columns // 2) for c in range(channels)]
        values = numpy.stack(planes, -1) + random.normal(0, 12, (rows, columns, channels))
        values = values.clip(0, 255).astype("uint8")
        mode = {1: "L", 3: "RGB", 4: "CMYK"}[channels]
        return Image.fromarray(values[..., 0] if channels == 1 else values, mode)

    def saved(image, **options):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", **options)
        return buffer.getvalue()

    for rows, columns in ((16, 16), (17, 23), (1, 1), (8, 33)):
        size = f"{rows}x{columns}"
        files[f"{mark}grey-{size}.jpg"] = saved(picture(rows, columns, 1), quality=80)
        for subsampling in (0, 1, 2):
            color = saved(picture(rows, columns, 3), quality=85, subsampling=subsampling)
            files[f"{mark}color-{size}-sub{subsampling}.jpg"] = color
            files[f"{mark}progressive-{size}-sub{subsampling}.jpg"] = saved(
                picture(rows, columns, 3), quality=60, subsampling=subsampling, progressive=True)
        files[f"{mark}cmyk-{size}.jpg"] = saved(picture(rows, columns, 4), quality=90)
    files[f"{mark}restarts.jpg"] = saved(picture(24, 40, 3), quality=75, restart_marker_blocks=2)
    files[f"{mark}restart-rows.jpg"] = saved(picture(40, 24, 3), quality=75, restart_marker_rows=1)
    files[f"{mark}optimized.jpg"] = saved(picture(24, 24, 3), quality=30, optimize=True)
    files[f"{mark}progressive-grey.jpg"] = saved(picture(19, 21, 1), quality=50, progressive=True)
    files[f"{mark}progressive-cmyk.jpg"] = saved(picture(19, 21, 4), quality=50, progressive=True)
    files[f"{mark}profile.jpg"] = saved(picture(16, 16, 3), icc_profile=b"no profile at all" * 9)
    # A grey image whose one component claims to be sampled twice as often.
    grey = bytearray(saved(picture(17, 23, 1), quality=80))
    place = grey.index(b"\xff\xc0")
    for sampling in (0x22, 0x21, 0x12, 0x41):
        changed = bytearray(grey)
        changed[place + 11] = sampling
        files[f"{mark}grey-sampling-{sampling:x}.jpg"] = bytes(changed)
    # Sampled 1 by 2: taller than wide.
    color = bytearray(saved(picture(16, 16, 3), quality=85, subsampling=1))
    place = color.index(b"\xff\xc0")
    color[place + 11] = 0x12
    files[f"{mark}color-sub-1x2.jpg"] = bytes(color)
    # The Adobe marker says what the channels are; Pillow writes one for CMYK.
    cmyk = saved(picture(17, 19, 4), quality=90)
    files[f"{mark}cmyk-no-adobe.jpg"] = without(cmyk, 0xEE) if b"\xff\xeeAdobe"[:2] in cmyk and b"Adobe" in cmyk else cmyk
    files[f"{mark}ycck.jpg"] = inserted(files[f"{mark}cmyk-no-adobe.jpg"], adobe(2))
    plain = saved(picture(17, 19, 3), quality=85, subsampling=0)
    bare = without(plain, 0xE0)
    files[f"{mark}no-jfif.jpg"] = bare
    files[f"{mark}adobe-rgb.jpg"] = inserted(bare, adobe(0))
    files[f"{mark}adobe-ycc.jpg"] = inserted(bare, adobe(1))
    files[f"{mark}adobe-behind-jfif.jpg"] = inserted(plain, adobe(0), 20)
    for orientation in range(1, 9):
        files[f"{mark}exif-{orientation}.jpg"] = inserted(plain, segment(0xE1, b"Exif\0\0" + exif(orientation)), 20)
    files[f"{mark}exif-big-endian.jpg"] = inserted(plain, segment(0xE1, b"Exif\0\0" + exif(6, ">")))
    files[f"{mark}exif-long.jpg"] = inserted(plain, segment(0xE1, b"Exif\0\0" + exif(8, "<", 4)))
    files[f"{mark}exif-0.jpg"] = inserted(plain, segment(0xE1, b"Exif\0\0" + exif(0)))
    files[f"{mark}exif-cut.jpg"] = inserted(plain, segment(0xE1, b"Exif\0\0" + exif(6)[:18]))
    files[f"{mark}xmp-3.jpg"] = inserted(
        plain, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><tiff:Orientation>3</tiff:Orientation></x:xmpmeta>"))
    files[f"{mark}exif-grey-5.jpg"] = inserted(bytes(grey), segment(0xE1, b"Exif\0\0" + exif(5)))
    files[f"{mark}exif-cmyk-7.jpg"] = inserted(cmyk, segment(0xE1, b"Exif\0\0" + exif(7)))
    # Damage that is read over, and damage that is not.
    files[f"{mark}stray-bytes.jpg"] = inserted(plain, b"\x01\x02", 20)
    files[f"{mark}fill-bytes.jpg"] = inserted(plain, b"\xff\xff\xff", 20)
    files[f"{mark}trailing.jpg"] = plain + b"hello"
    files[f"{mark}comment.jpg"] = inserted(plain, segment(0xFE, b"hello"), 20)
    begin = scan(plain)
    files[f"{mark}cut.jpg"] = plain[: begin + (len(plain) - begin) // 2]
    files[f"{mark}cut-end.jpg"] = plain[:-2]
    files[f"{mark}cut-header.jpg"] = plain[:100]
    changed = bytearray(plain)
    for place in range(begin + 40, len(plain) - 40, 37):
        changed[place] ^= 0x14
        if 0xFF in (changed[place], changed[place - 1]):
            changed[place] ^= 0x14
    files[f"{mark}damaged-data.jpg"] = bytes(changed)
    files[f"{mark}misnamed-as.png"] = plain
    buffer = io.BytesIO()
    picture(4, 4, 3).save(buffer, "GIF")
    files[f"{mark}gif-as.png"] = buffer.getvalue()


# --- What Pillow reads, converted by the rules that are stated.


def reference(content):
    try:
        image = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
        image.load()
        transparency = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
        grey = image.mode in ("1", "L", "LA", "I;16") or (image.format == "PNG" and content[25] in (0, 4))
        if image.format == "PNG" and content[25] == 0 and content[24] in (2, 4) and "transparency" in image.info:
            # Pillow compares the transparent grey with values that are spread over 0 to 255 already; the format means those that are stored.
            image.info["transparency"] *= 255 // ((1 << content[24]) - 1)
        turned = ImageOps.exif_transpose(image)
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"
    if turned.mode == "I;16":
        pixels = ((numpy.asarray(turned).astype(int) + 128) // 257).astype("uint8")
    elif transparency:
        over = turned.convert("RGBA")
        white = Image.new("RGBA", over.size, (255, 255, 255, 255))
        pixels = numpy.asarray(Image.alpha_composite(white, over))[..., :3]
        pixels = pixels[..., 0] if grey else pixels
    else:
        pixels = numpy.asarray(turned.convert("L" if grey else "RGB"))
    return pixels.reshape(pixels.shape[0], pixels.shape[1], -1), image.mode


for turn in range(times):
    random = numpy.random.default_rng(20 + turn if times > 1 else 1)
    mark = f"{turn:03}-" if times > 1 else ""
    pngs(random, mark)
    jpegs(random, mark)

expected = {}
for name in sorted(files):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(files[name])
    pixels, mode = reference(files[name])
    if pixels is None:
        expected[name] = {"refused": mode}
        continue
    data = numpy.ascontiguousarray(pixels).tobytes()
    expected[name] = {"mode": mode, "shape": list(pixels.shape), "crc32": zlib.crc32(data), "first": list(data[:12])}
with open(os.path.join(folder, "expected.json"), "w") as file:
    json.dump(expected, file, indent=0, sort_keys=True)
    file.write("\n")
print(len(expected), "files,", sum("refused" in entry for entry in expected.values()), "of them refused by Pillow")
