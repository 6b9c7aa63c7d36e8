import CHDF5

/// The version of the library that checkpoints are written with.
package enum HDF5Version {
  /// Such as `1.10.8`.
  package static var text: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    HDF5.exclusively { _ = H5get_libversion(&major, &minor, &release) }
    return "\(major).\(minor).\(release)"
  }
}
