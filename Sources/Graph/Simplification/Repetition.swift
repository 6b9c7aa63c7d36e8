/// How a program is run again and again: which of its parameters change from run to run without being computed by it.
///
/// A graph that says so can be run several times in one launch, where the device likes that: parameters with a donation go from run to run, the
/// counter counts, and each run takes values of its own from the streams.
public struct Repetition: Hashable, Sendable {
  /// The parameter that counts the runs: an int32 scalar, one more in each.
  public var counter: Int
  /// The parameters that each run gets anew.
  public var streams: [Int]

  public init(counter: Int, streams: [Int]) { (self.counter, self.streams) = (counter, streams) }
}
