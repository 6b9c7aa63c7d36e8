import Adversarial
import Components
import Networks
import Tensors

/// The variational estimate of an f-divergence: the discriminator's output v becomes T = g(v), and L_D = E[f*(T(G(z)))] - E[T(x)] is at
/// least -D_f(P || Q), with equality for T = f'(p / q).
///
/// The output activations g and the conjugates f* are those of the paper's table 6. Where one of them is an exponential, it goes on as its
/// tangent above e^20, so that float32 stays finite. The conjugate of an alpha divergence of order above 1 is constant below its pole, where the
/// paper's formula has no value.
public struct FDivergenceLoss: Loss {
  public static let name = "f-divergence"
  public static let aliases = ["f-gan": "", "fgan": ""]
  public static let summary = "The variational bound of an f-divergence between data and samples."
  public static let equation = "L_D = E[f*(g(D(G(z))))] - E[g(D(x))];  L_G = -E[g(D(G(z)))], or -E[f*(g(D(G(z))))] where isSaturating"
  public static let reference = "Nowozin et al. 2016, equation 7 and table 6; the generator's loss of section 3.2"
  public static let fieldDescriptions = [
    "alpha": "The order of the alpha divergence, not 0 or 1; other divergences do not look at it",
    "divergence": "Which divergence is estimated",
    "isSaturating": "Whether the generator minimizes the bound itself, rather than maximizing what the discriminator says of its samples",
  ]

  /// Which divergence is estimated.
  public var divergence = Divergence.kullbackLeibler
  /// The order of the alpha divergence, not 0 or 1; other divergences do not look at it.
  public var alpha = 0.5
  /// Whether the generator minimizes the bound itself, rather than maximizing what the discriminator says of its samples (the paper's section 3.2).
  public var isSaturating = false

  public init() {}

  /// The loss of a divergence.
  public init(_ divergence: Divergence, alpha: Double = 0.5, isSaturating: Bool = false) {
    self.divergence = divergence
    self.alpha = alpha
    self.isSaturating = isSaturating
  }

  public func validateFields() throws {
    guard alpha.isFinite, alpha != 0, alpha != 1 else {
      throw ComponentError(component: name, field: "alpha", value: alpha, expected: "a number other than 0 and 1")
    }
  }

  public var kind: LossKind { .critic }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    conjugate(fake.tensor).mean() - activation(real.tensor).mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    isSaturating ? -conjugate(fake.tensor).mean() : -activation(fake.tensor).mean()
  }

  /// T = f'(1), above which the discriminator takes a sample for real.
  public var threshold: Double {
    switch divergence {
    case .kullbackLeibler: 1
    case .reverseKullbackLeibler: -1
    case .gan: -0.6931471805599453
    case .pearson, .neyman, .squaredHellinger, .jensenShannon, .jeffreys, .totalVariation, .alpha: 0
    }
  }

  /// T = g(v), increasing in v.
  func activation(_ v: Tensor) -> Tensor {
    switch divergence {
    case .kullbackLeibler, .pearson, .jeffreys: v
    case .reverseKullbackLeibler: -boundedExponential(-v)
    case .neyman, .squaredHellinger: 1 - boundedExponential(-v)
    case .jensenShannon: 0.6931471805599453 - softplus(-v)
    case .gan: -softplus(-v)
    case .totalVariation: 0.5 * tanh(v)
    case .alpha: alpha > 1 ? v : 1 / (1 - alpha) - softplus(-v)
    }
  }

  /// f*(g(v)), simplified so that it stays finite.
  func conjugate(_ v: Tensor) -> Tensor {
    switch divergence {
    case .kullbackLeibler: boundedExponential(v - 1)
    case .reverseKullbackLeibler: v - 1
    case .pearson: 0.25 * square(v) + v
    case .neyman: 2 - 2 * boundedExponential(-0.5 * v)
    case .squaredHellinger: boundedExponential(v) - 1
    case .jensenShannon: softplus(v) - 0.6931471805599453
    case .gan: softplus(v)
    case .totalVariation: 0.5 * tanh(v)
    case .jeffreys: jeffreysConjugate(v)
    case .alpha: (1 / alpha) * boundedExponential((alpha / (alpha - 1)) * alphaLogarithm(v)) - 1 / alpha
    }
  }

  /// log((alpha - 1) T + 1), where T is below its pole.
  private func alphaLogarithm(_ v: Tensor) -> Tensor {
    if alpha > 1 { return log(maximum((alpha - 1) * v + 1, 1e-30)) }
    // (1 - alpha) softplus(-v), whose logarithm tends to -v.
    let logarithm = select(v.isGreater(than: 15), -v, log(softplus(-minimum(v, 15))))
    return logarithm + log(Tensor(1 - alpha, dtype: v.dtype))
  }

  /// W + 1 / W + t - 2 with W = W(e^(1 - t)), Lambert's function: u = log W solves e^u + u = 1 - t.
  private func jeffreysConjugate(_ t: Tensor) -> Tensor {
    let z = 1 - t
    // Newton's method on a convex function, from where it is positive. The last steps carry the first two derivatives.
    var u = select(z.isGreater(than: 1), log(maximum(z, 1)), z)
    for step in 0..<8 {
      if step < 6 { u = u.stoppingGradient }
      let w = exp(u)
      u -= (w + u - z) / (w + 1)
    }
    return exp(u) + boundedExponential(-u) + t - 2
  }
}

extension FDivergenceLoss {
  /// The divergences of P, the data, from Q, the generator's samples: D_f = E_Q[f(p / q)].
  public enum Divergence: String, ComponentChoice {
    /// f(u) = u log u.
    case kullbackLeibler = "kl"
    /// f(u) = -log u.
    case reverseKullbackLeibler = "reverse-kl"
    /// f(u) = (u - 1)².
    case pearson
    /// f(u) = (1 - u)² / u.
    case neyman
    /// f(u) = (√u - 1)².
    case squaredHellinger = "squared-hellinger"
    /// f(u) = u log u - (u + 1) log((u + 1) / 2), twice the divergence of Jensen and Shannon.
    case jensenShannon = "jensen-shannon"
    /// f(u) = (u - 1) log u.
    case jeffreys
    /// f(u) = |u - 1| / 2.
    case totalVariation = "total-variation"
    /// f(u) = (u^α - 1 - α (u - 1)) / (α (α - 1)).
    case alpha
    /// f(u) = u log u - (u + 1) log(u + 1): the minimax loss.
    case gan
  }
}
