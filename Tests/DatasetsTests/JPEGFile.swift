import CTurboJPEG

@testable import Datasets

/// JPEG files for tests, written by libjpeg-turbo at its best quality and without subsampling.
enum JPEGFile {
  static func encoded(width: Int, height: Int, channels: Int, pixels: [UInt8]) -> [UInt8] {
    let coder = tjInitCompress()
    defer { tjDestroy(coder) }
    var buffer: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let format = [1: TJPF_GRAY, 3: TJPF_RGB, 4: TJPF_CMYK][channels] ?? TJPF_RGB
    let subsampling = channels == 1 ? TJSAMP_GRAY : TJSAMP_444
    let status = tjCompress2(
      coder, pixels, Int32(width), 0, Int32(height), Int32(format.rawValue), &buffer, &size, Int32(subsampling.rawValue), 100,
      TJFLAG_ACCURATEDCT)
    defer { tjFree(buffer) }
    return status == 0 ? Array(UnsafeBufferPointer(start: buffer, count: Int(size))) : []
  }
}
