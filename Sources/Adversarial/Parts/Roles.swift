import Tensors

/// Samples, real or generated: `[n] + sampleShape`.
public struct Images: Sendable {
  public var tensor: Tensor
  public init(_ tensor: Tensor) { self.tensor = tensor }
}

/// Latent vectors: `[n, size]`.
public struct Latents: Sendable {
  public var tensor: Tensor
  public init(_ tensor: Tensor) { self.tensor = tensor }
}

/// What the discriminator says of samples, before any sigmoid: `[n, …]`.
public struct Logits: Sendable {
  public var tensor: Tensor
  public init(_ tensor: Tensor) { self.tensor = tensor }
}

/// What the discriminator is told of its samples: the probability of being real, for each logit.
public struct Targets: Sendable {
  /// Of the real samples; 1 unless a heuristic changes it.
  public var real: Tensor
  /// Of the generated samples; 0 unless a heuristic changes it.
  public var fake: Tensor

  public init(real: Tensor, fake: Tensor) {
    self.real = real
    self.fake = fake
  }
}

/// Whether samples are real or generated.
public enum SampleRole: String, Sendable {
  case real, fake
}
