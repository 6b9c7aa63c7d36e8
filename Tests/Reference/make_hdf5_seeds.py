#!/usr/bin/env python3
"""Writes HDF5 files of every structure that the module Checkpoints reads, with h5py and without this library.

    python3 make_hdf5_seeds.py [directory] [--large]

Each holds the dataset `samples`, whose numbers are those of `expected`, so that reading them is tested; and each is a seed of the
mutations. Needs h5py and numpy. The files are committed: the tests need no Python. `--large` writes some with hundreds of
thousands of chunks besides, whose lists have pages; they are not committed.
"""

import os
import sys

import h5py
import numpy as np


def ramp(*shape):
    return np.arange(np.prod(shape)).reshape(shape)


def expected(*shape):
    """Numbers that are exact in every type used here."""
    return (ramp(*shape) % 101).astype("<f4")


def many_links(file):
    for index in range(40):
        file.create_group(f"group-{index:02}-with-a-name-that-is-long")


def many_attributes(dataset):
    for index in range(12):
        dataset.attrs[f"attribute {index}"] = f"value {index}"


def main():
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = arguments[0] if arguments else os.path.join(os.path.dirname(os.path.abspath(__file__)), "Seeds")
    os.makedirs(folder, exist_ok=True)
    versions = {"old": ("earliest", "v108"), "v108": ("v108", "v108"), "v110": ("v110", "v110"), "v112": ("v112", "v112"),
                "new": ("latest", "latest")}
    gzip = dict(compression="gzip", shuffle=True, fletcher32=True)
    layouts = {
        "contiguous": ((6, 4), dict()),
        "gzip": ((6, 4, 3), dict(chunks=(2, 3, 2), **gzip)),
        "chunked": ((7, 5), dict(chunks=(3, 2))),
        "single": ((6, 4), dict(chunks=(6, 4))),
        "single-gzip": ((6, 4), dict(chunks=(6, 4), **gzip)),
        "growing": ((50, 3), dict(chunks=(2, 3), maxshape=(None, 3))),
        "growing-gzip": ((40, 2), dict(chunks=(1, 2), maxshape=(None, 2), compression="gzip")),
        "growing-second": ((3, 90), dict(chunks=(2, 1), maxshape=(3, None), fletcher32=True)),
        "growing-both": ((9, 9), dict(chunks=(2, 2), maxshape=(None, None))),
        "growing-both-gzip": ((9, 9), dict(chunks=(2, 2), maxshape=(None, None), **gzip)),
        "bounded": ((5, 4), dict(chunks=(2, 2), maxshape=(9, 8))),
        "many": ((400, 1), dict(chunks=(1, 1))),
    }
    for version, bounds in versions.items():
        for layout, (shape, options) in layouts.items():
            if version in ("v108", "v112") and layout not in ("gzip", "growing-both"):
                continue
            with h5py.File(os.path.join(folder, f"{version}-{layout}.h5"), "w", libver=bounds) as file:
                file.create_dataset("samples", data=expected(*shape), track_times=False, **options)
        with h5py.File(os.path.join(folder, f"{version}-links.h5"), "w", libver=bounds, track_order=version != "old") as file:
            many_links(file)
            many_attributes(file.create_dataset("samples", data=expected(3, 2), track_times=False))

    types = {"i1": "i1", "u2-big": ">u2", "u4": "<u4", "i8-big": ">i8", "u8": "<u8", "f2-big": ">f2", "f8": "<f8", "f16": np.longdouble}
    for name, kind in types.items():
        with h5py.File(os.path.join(folder, f"type-{name}.h5"), "w") as file:
            file.create_dataset("samples", data=expected(4, 3).astype(kind), track_times=False)
    with h5py.File(os.path.join(folder, "type-named.h5"), "w") as file:
        file["kind"] = np.dtype("<f4")
        file.create_dataset("samples", data=expected(4, 3), dtype=file["kind"], track_times=False)
    with h5py.File(os.path.join(folder, "user-block.h5"), "w", userblock_size=1024) as file:
        file.create_dataset("samples", data=expected(4, 3), track_times=False)

    def low_level(name, prepare, bounds=("earliest", "v108"), write=True):
        with h5py.File(os.path.join(folder, f"{name}.h5"), "w", libver=bounds) as file:
            properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            prepare(properties)
            data = expected(4, 3)
            dataset = h5py.h5d.create(file.id, b"samples", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(data.shape), properties)
            if write:
                dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data)

    low_level("compact", lambda p: p.set_layout(h5py.h5d.COMPACT))
    low_level("compact-new", lambda p: p.set_layout(h5py.h5d.COMPACT), ("latest", "latest"))

    def early(properties):
        properties.set_chunk((2, 2))
        properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)

    low_level("implicit", early, ("latest", "latest"))

    def filled(properties):
        properties.set_fill_value(np.array(2.5, "<f4"))

    low_level("fill", filled, write=False)
    low_level("fill-new", lambda p: (filled(p), p.set_chunk((2, 2))), ("latest", "latest"), write=False)

    if "--large" in sys.argv:
        for layout, options in {"large-fixed": {}, "large-growing": dict(maxshape=(None,)), "large-tree": dict(maxshape=(None,))}.items():
            bounds = versions["old" if layout == "large-tree" else "new"]
            with h5py.File(os.path.join(folder, f"{layout}.h5"), "w", libver=bounds) as file:
                dataset = file.create_dataset("samples", shape=(300_000,), dtype="u2", chunks=(1,), track_times=False, **options)
                # Some pages are never written.
                dataset[:40_000] = ramp(40_000) % 101
                dataset[290_000:] = (ramp(300_000) % 101)[290_000:]


main()
