import CPNG
import CZlib

/// The versions of the libraries that images and archives are read with. libjpeg-turbo does not tell its own.
package enum ImageLibraryVersions {
  /// Such as `libpng 1.6.39`.
  package static var texts: [String] {
    ["libpng \(String(cString: png_get_libpng_ver(nil)))", "zlib \(String(cString: zlibVersion()))"]
  }
}
