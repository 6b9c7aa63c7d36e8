import CDigest
import Networks
import Tensors

/// Digests of the training state after some of the rounds that were played: what a replay is compared with where no checkpoint of them is left.
///
/// They are taken every ``cadence`` rounds. Where there would be more than ``most``, every second of them goes, and from then on they lie twice as
/// far apart. Which rounds stay depends on how many were played, not on stops and checkpoints.
public struct StateDigests: Sendable, Equatable {
  /// Rounds between two of them, as long as the run is short.
  public static let cadence = 100
  /// The most rounds that are kept.
  public static let most = 32

  /// The rounds, ascending, from 1.
  public private(set) var steps: [Int] = []
  /// For each of ``steps`` the digest of every tensor of the state, in ascending order of their paths' bytes: the first eight bytes of the SHA-256
  /// of its bytes, as a little-endian number.
  public private(set) var rows: [[UInt64]] = []

  public init() {}

  /// Digests that were stored.
  ///
  /// - Precondition: there is a row for each step.
  public init(steps: [Int], rows: [[UInt64]]) {
    precondition(steps.count == rows.count, "\(rows.count) rows of digests for \(steps.count) steps")
    self.steps = steps
    self.rows = rows
  }

  /// Takes digests of the state after round `step`, where it is a round that stays.
  mutating func record(_ state: @autoclosure () -> Parameters, step: Int) throws {
    var spacing = Self.cadence
    while step / spacing > Self.most { spacing *= 2 }
    guard step.isMultiple(of: spacing) else { return }
    let kept = steps.indices.filter { steps[$0].isMultiple(of: spacing) }
    rows = try kept.map { rows[$0] } + [Self.digests(of: state()).map(\.digest)]
    steps = kept.map { steps[$0] } + [step]
  }

  /// The paths of the tensors that are not what they were after round `step`, in ascending order; `nil` where nothing is known of that round.
  ///
  /// - Throws: `TensorError` for a state that cannot be read.
  public func differences(from state: Parameters, at step: Int) throws -> [String]? {
    guard let index = steps.firstIndex(of: step) else { return nil }
    let found = try Self.digests(of: state)
    guard found.count == rows[index].count else { return found.map(\.path) }
    return zip(found, rows[index]).filter { $0.digest != $1 }.map(\.0.path)
  }

  private static func digests(of state: Parameters) throws -> [(path: String, digest: UInt64)] {
    let paths = state.paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return try paths.compactMap { path in try state[path].map { (path: path, digest: try $0.withBytes(digest)) } }
  }

  private static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var context = cdigest_sha256()
    cdigest_sha256_begin(&context, false)
    cdigest_sha256_update(&context, bytes.baseAddress, bytes.count)
    var digest = [UInt8](repeating: 0, count: 32)
    cdigest_sha256_finish(&context, &digest)
    return digest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
