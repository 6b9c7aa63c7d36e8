import Foundation

/// ln x. In a file of its own because Foundation's `log` and the tensors' would be ambiguous where both are imported.
func naturalLogarithm(_ x: Double) -> Double { Foundation.log(x) }
