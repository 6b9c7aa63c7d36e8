#!/usr/bin/env python3
"""Writes the files of samples that the tests of the module Checkpoints read, with h5py and without this library.

    python3 make_sample_files.py [directory]

The first ones are sound; each of the others has one form that is refused. Needs h5py and numpy. The files are committed: the
tests need no Python.
"""

import os
import sys

import h5py
import numpy as np


def ramp(*shape):
    return np.arange(np.prod(shape)).reshape(shape)


def gzip_uint8(file):
    file.create_dataset(
        "samples", data=(ramp(6, 4, 4, 3) % 256).astype("u1"), chunks=(2, 4, 4, 3), compression="gzip", shuffle=True,
        fletcher32=True, track_times=False)


def double_big_endian(file):
    file.create_dataset("points", data=(ramp(5, 2) / 4 - 1).astype(">f8"), track_times=False)
    file.create_group("notes")


def int16_growing(file):
    file.create_dataset("samples", data=(ramp(3, 2) - 3).astype("<i2"), maxshape=(None, 2), track_times=False)
    file.create_dataset("labels", data=ramp(3), track_times=False)


def float16(file):
    file.create_dataset("samples", data=(ramp(4) / 8).astype("<f2"), track_times=False)


def zeros_gzip(file):
    file.create_dataset("samples", data=np.zeros((64, 1024), "<f4"), chunks=(64, 1024), compression="gzip", track_times=False)


def no_rows(file):
    file.create_dataset("samples", shape=(0, 2), dtype="<f4", track_times=False)


def text(file):
    file.create_dataset("samples", data=np.array([b"one", b"two"]), track_times=False)


def pairs(file):
    file.create_dataset("samples", data=np.zeros(3, [("x", "<f4"), ("y", "<f4")]), track_times=False)


def scalar(file):
    file.create_dataset("samples", data=np.float32(3), track_times=False)


def two_datasets(file):
    file.create_dataset("a", data=ramp(3), track_times=False)
    file.create_dataset("b", data=ramp(3), track_times=False)


def only_groups(file):
    file.create_group("samples-of-mine")


def group_as_samples(file):
    file.create_group("samples")


def soft_link(file):
    file.create_group("inside").create_dataset("x", data=ramp(3), track_times=False)
    file["samples"] = h5py.SoftLink("/inside/x")


def external_link(file):
    file["samples"] = h5py.ExternalLink("gzip-uint8.h5", "/samples")


def external_storage(file):
    file.create_dataset("samples", shape=(4,), dtype="<f4", external=[("/etc/passwd", 0, 16)], track_times=False)


def virtual(file):
    layout = h5py.VirtualLayout(shape=(6, 4, 4, 3), dtype="u1")
    layout[:] = h5py.VirtualSource("gzip-uint8.h5", "samples", shape=(6, 4, 4, 3))
    file.create_virtual_dataset("samples", layout)


def declared_contiguous(file):
    file.create_dataset("samples", shape=(1 << 28, 2), dtype="<f4", track_times=False)


def declared_chunked(file):
    file.create_dataset("samples", shape=(1 << 28, 2), dtype="<f4", chunks=(1024, 2), compression="gzip", track_times=False)


def declared_huge(file):
    file.create_dataset("samples", shape=(1 << 40, 1 << 20), dtype="<f4", chunks=(1024, 2), track_times=False)


def lzf(file):
    file.create_dataset("samples", data=ramp(64).astype("<f4"), compression="lzf", track_times=False)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "Samples")
    os.makedirs(folder, exist_ok=True)
    writers = [
        gzip_uint8, double_big_endian, int16_growing, float16, zeros_gzip, no_rows, text, pairs, scalar, two_datasets, only_groups,
        group_as_samples, soft_link, external_link, external_storage, virtual, declared_contiguous, declared_chunked, declared_huge, lzf]
    for writer in writers:
        with h5py.File(os.path.join(folder, writer.__name__.replace("_", "-") + ".h5"), "w") as file:
            writer(file)


main()
