#!/usr/bin/env python3
"""Writes the checkpoint files that the tests of the module Checkpoints read, with h5py and without this library.

    python3 make_hostile_checkpoints.py [directory]

Two are valid; each of the others breaks one rule of the layout, behind a header whose length, digest and checksum are
right, so that the rule itself is what refuses it. Needs h5py and numpy. The files are committed: the tests need no
Python.
"""

import hashlib
import os
import struct
import sys

import h5py
import numpy as np

HEADER = 512


def crc32c(data):
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def header(body, step=400, major=1, minor=0, metric=float("nan"), block_version=1):
    block = bytearray(HEADER)
    block[0:8] = b"RIVALCK\0"
    struct.pack_into("<IIQ", block, 8, block_version, HEADER, HEADER + len(body))
    block[24:56] = hashlib.sha256(body).digest()
    struct.pack_into("<QQIId", block, 56, step, 1_700_000_000_123, major, minor, metric)
    struct.pack_into("<I", block, 508, crc32c(bytes(block[:508])))
    return bytes(block)


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return np.array(data, dtype=h5py.string_dtype("utf-8", max(1, len(data))))


def add_checksum(dataset, data=None):
    dataset.attrs["crc32c"] = np.uint32(crc32c(dataset[()].tobytes() if data is None else data))


def add(group, path, data, **options):
    dataset = group.create_dataset(path, data=data, track_times=False, **options)
    add_checksum(dataset)
    return dataset


def root_attributes(file, **changes):
    values = {
        "format": text("rival-checkpoint"), "format_major": np.int32(1), "format_minor": np.int32(0),
        "producer": text("reference 1.0"), "step": np.int64(400), "epoch": np.int64(3), "complete": np.uint8(1),
    }
    values.update(changes)
    for name, value in values.items():
        if value is not None:
            file.attrs.create(name, value)


def base(file):
    """What most files share: a configuration and a layer."""
    add(file, "config/generator", text('{"kind":"mlp","layers":[1,2]}'))
    add(file, "generator/params/00_dense/weight", np.arange(6, dtype="<f4").reshape(2, 3))


def write(directory, name, build, attributes=None, libver=("v108", "v108"), **block):
    path = os.path.join(directory, name + ".h5")
    with h5py.File(path, "w", libver=libver, userblock_size=HEADER, track_order=True) as file:
        root_attributes(file, **(attributes or {}))
        build(file)
    with open(path, "rb") as stream:
        body = stream.read()[HEADER:]
    with open(path, "wb") as stream:
        stream.write(header(body, **block) + body)


def with_base(change):
    def build(file):
        base(file)
        change(file)

    return build


def valid(file):
    base(file)
    file["generator"].attrs.create("kind", text("mlp"))
    file["generator"].attrs.create("parameter_count", np.int64(9))
    layer = file["generator/params/00_dense"]
    weight = layer["weight"]
    weight.attrs.create("layout", text("io"))
    nan = np.array([0x7FC00001, 0x80000000, 0x00000001], dtype="<u4").view("<f4")
    add(layer, "bias", nan)
    add(file, "optimizers/generator/step", np.int64(7))
    file["optimizers/generator"].attrs.create("beta1", np.float64(0.5))
    file["optimizers/generator"].attrs.create("maximize", np.uint8(0))
    add(file, "state/key", np.array([1, 2**64 - 1], dtype="<u8"))
    add(file, "state/empty", np.zeros((0, 4), dtype="<f8"))
    add(file, "metrics/train/step", np.arange(3, dtype="<i8"))
    add(file, "data/permutation", np.arange(5, dtype="<u4"))
    add(file, "heuristics/ada/flags", np.array([1, 0], dtype="u1"))
    add(file, "discriminator_ema/scale", np.array([-3, 4], dtype="<i4"))


def newer_minor(file):
    base(file)
    file.attrs.create("unknown", text("later"))
    add(file, "later/value", np.float32(7))


def deep(file):
    group = file["generator"]
    for _ in range(20):
        group = group.create_group("deeper")


def virtual(file):
    layout = h5py.VirtualLayout((3,), "<f4")
    layout[:] = h5py.VirtualSource("/etc/hostname", "data", (3,))
    file["generator"].create_virtual_dataset("virtual", layout)


def declared(**options):
    def change(file):
        file["generator"].create_dataset("huge", (1 << 40,), "<f4", **options).attrs["crc32c"] = np.uint32(0)

    return change


def low_level(group, name, space, prepare=lambda properties: None, kind=h5py.h5t.IEEE_F32LE):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    prepare(properties)
    h5py.h5d.create(group.id, name, kind, space, properties)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    directory = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "Checkpoints")
    os.makedirs(directory, exist_ok=True)

    def hostile(name, change, **options):
        write(directory, name, with_base(change), **options)

    def nothing(file):
        pass

    write(directory, "valid", valid, metric=12.5)
    write(directory, "newer-minor", newer_minor, attributes={"format_minor": np.int32(7), "roots": text("generator/later")}, minor=7)

    def linked(link):
        def change(file):
            file["generator/linked"] = link

        return change

    def alias(path, target):
        def change(file):
            file[path] = file[target]

        return change

    hostile("soft-link", linked(h5py.SoftLink("/generator/params")))
    hostile("external-link", linked(h5py.ExternalLink("/etc/hostname", "/")))
    hostile("cycle", alias("generator/again", "generator"))
    hostile("alias", alias("generator/other", "generator/params/00_dense/weight"))
    # Since layout 1.1 the root declares its groups.
    later = lambda f: add(f, "later/value", np.float32(7))
    hostile("undeclared-root", later, attributes={"format_minor": np.int32(1), "roots": text("generator")}, minor=1)
    hostile("missing-root", nothing, attributes={"format_minor": np.int32(1), "roots": text("generator/encoder")}, minor=1)
    hostile("no-roots", nothing, attributes={"format_minor": np.int32(1)}, minor=1)
    hostile("unknown-root", later)
    hostile("deep", deep)
    hostile("virtual", virtual, libver=("v108", "v110"))
    hostile("external-storage", lambda f: f["generator"].create_dataset(
        "stolen", (4,), "u1", external=[("/etc/hostname", 0, 4)]))
    hostile("declared-contiguous", declared())
    hostile("declared-chunked", declared(chunks=(1 << 20,)))
    hostile("gzip", lambda f: add(f, "generator/bomb", np.zeros(1 << 18, "<f4"), compression="gzip"))
    hostile("fletcher32", lambda f: add(f, "generator/sum", np.zeros(8, "<f4"), fletcher32=True))
    hostile("chunked", lambda f: add(f, "generator/chunked", np.zeros(8, "<f4"), chunks=(4,)))
    hostile("compact", lambda f: low_level(
        f["generator"], b"compact", h5py.h5s.create_simple((4,)), lambda p: p.set_layout(h5py.h5d.COMPACT)))
    hostile("null-space", lambda f: low_level(f["generator"], b"null", h5py.h5s.create(h5py.h5s.NULL)))
    hostile("rank-9", lambda f: add(f, "generator/rank", np.zeros((1,) * 9, "<f4")))
    hostile("big-endian", lambda f: add(f, "generator/swapped", np.zeros(3, ">f4")))
    hostile("float16", lambda f: add(f, "generator/half", np.zeros(3, "<f2")))
    hostile("compound", lambda f: add(f, "generator/pairs", np.zeros(3, [("a", "<f4"), ("b", "<i4")])))
    hostile("reference", lambda f: f["generator"].create_dataset("reference", data=f["generator"].ref))
    hostile("variable-text", lambda f: f["generator"].create_dataset("text", data=["a", "bc"]))
    hostile("variable-attribute", lambda f: f["generator"].attrs.__setitem__("kind", "variable"))
    hostile("array-attribute", lambda f: f["generator"].attrs.__setitem__("kind", np.arange(3)))
    hostile("huge-attribute", lambda f: f["generator"].attrs.create("long", text("x" * 62_000)))
    hostile("many-attributes", lambda f: [f["generator"].attrs.create(f"a{i}", np.int64(i)) for i in range(40)])
    hostile("named-type", lambda f: f["generator"].__setitem__("type", np.dtype("<f4")))
    hostile("tensor-as-root", lambda f: add(f, "state", np.zeros(3, "<f4")))
    hostile("no-checksum", lambda f: f["generator"].create_dataset("bare", data=np.zeros(3, "<f4")))
    hostile("wrong-checksum", lambda f: f["generator/params/00_dense/weight"].attrs.__setitem__(
        "crc32c", np.uint32(1)))
    hostile("deep-json", lambda f: add(f, "config/training", text("[" * 10_000 + "]" * 10_000)))
    hostile("open-json", lambda f: add(f, "config/training", text('{"a":')))
    hostile("not-utf8", lambda f: add(f, "config/training", text(b'"\xff\xfe"')))
    hostile("variable-json", lambda f: f["config"].create_dataset("training", data="{}"))
    hostile("number-json", lambda f: add(f, "config/training", np.float64(1)))
    hostile("unfinished", nothing, attributes={"complete": np.uint8(0)})
    hostile("no-step", nothing, attributes={"step": None})
    hostile("negative-step", nothing, attributes={"step": np.int64(-1)})
    hostile("other-step", nothing, step=401)
    hostile("other-format", nothing, attributes={"format": text("something-else")})
    hostile("newer-major", nothing, attributes={"format_major": np.int32(2)}, major=2)
    hostile("newer-major-inside", nothing, attributes={"format_major": np.int32(2)})
    hostile("newer-block", nothing, block_version=2)
    hostile("old-superblock", nothing, libver=("earliest", "v108"))

    with h5py.File(os.path.join(directory, "foreign.h5"), "w") as file:
        base(file)


if __name__ == "__main__":
    main()
