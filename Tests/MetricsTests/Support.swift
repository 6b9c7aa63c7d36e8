import Testing

/// Whether two numbers agree to an absolute tolerance.
func agree(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool { abs(a - b) <= tolerance }
