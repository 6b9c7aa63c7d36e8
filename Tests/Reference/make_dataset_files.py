"""Files of numbers that the tests of data sources read, as NumPy and h5py write them.

    pip install numpy==2.4.6 h5py==3.16.0
    python Tests/Reference/make_dataset_files.py

Writes Tests/Reference/Datasets/*.np[yz] and *.h5.
"""
import os

import h5py
import numpy

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Datasets")
os.makedirs(folder, exist_ok=True)

arrays = {
    "images": (numpy.arange(12) * 20).astype("uint8").reshape(3, 2, 2),
    "digits": numpy.array([4, 0, 9]),
    "big": numpy.array([1.5, -2], dtype=">f4"),
}
numpy.savez(os.path.join(folder, "stored.npz"), **arrays)
numpy.savez_compressed(os.path.join(folder, "deflated.npz"), **arrays)
samples = (numpy.arange(12) / 4).astype("float32").reshape(6, 2)
numpy.savez(os.path.join(folder, "samples.npz"), labels=numpy.array([0, 1, 0, 2, 1, 0]), samples=samples)
kinds = "<f2 >f8 |i1 <i2 >i2 <u2 <i4 >u4 <i8 >i8 <u8 |b1".split()
numpy.savez_compressed(os.path.join(folder, "types.npz"), **{kind[1:] + ("-big" if kind[0] == ">" else ""): numpy.array([0, 1, 100]).astype(kind) for kind in kinds})

with h5py.File(os.path.join(folder, "labelled.h5"), "w") as file:
    file["images"] = arrays["images"]
    file["digits"] = arrays["digits"]
    file["few"] = numpy.array([1, 2])
