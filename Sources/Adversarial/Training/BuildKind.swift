import Foundation

/// How this program was compiled.
package enum BuildKind {
  /// Whether it is a debug build, whose kernels are many times slower.
  package static var isDebug: Bool {
    #if DEBUG
      true
    #else
      false
    #endif
  }

  /// Says so, the first time that it is touched.
  private static let said: Void = FileHandle.standardError.write(
    Data("warning: this is a debug build, which trains many times slower; build and run with -c release\n".utf8))

  /// Says once on standard error that a debug build is slow; nothing in a release build.
  package static func warnOnce() {
    if isDebug { said }
  }
}
