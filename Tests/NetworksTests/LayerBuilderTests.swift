import Components
import Layers
import Networks
import Tensors
import Testing

/// One test for each method of the builder: it asserts which layers come out, not how many.
@Suite("Layer builder")
struct LayerBuilderTests {
  private func lines(_ sequential: Sequential) -> [String] {
    sequential.layers.map(\.layer.summaryLine)
  }

  @Test func expressionAndBlock() {
    let layers = Sequential {
      Dense(128)
      LeakyReLU(0.1)
      Dropout(0.3)
    }
    #expect(lines(layers) == ["dense(units: 128)", "leaky-relu(slope: 0.1)", "dropout(rate: 0.3)"])
  }

  @Test func emptyBlock() {
    #expect(lines(Sequential {}) == [])
  }

  @Test func arrayExpression() {
    let block: [any Layer] = [Conv2D(8, kernel: 3), ReLU()]
    let layers = Sequential {
      block
      Flatten()
    }
    #expect(lines(layers) == ["conv2d(filters: 8, kernel: 3)", "relu", "flatten"])
  }

  @Test(arguments: [true, false])
  func optionalExpression(isThere: Bool) {
    let normalization: (any Layer)? = isThere ? BatchNorm(momentum: 0.2) : nil
    let layers = Sequential {
      Dense(2)
      normalization
    }
    #expect(lines(layers) == ["dense(units: 2)"] + (isThere ? ["batch-norm(momentum: 0.2)"] : []))
  }

  @Test(arguments: [true, false])
  func ifWithoutElse(condition: Bool) {
    let layers = Sequential {
      if condition {
        Dense(3)
        Tanh()
      }
      Dense(4)
    }
    #expect(lines(layers) == (condition ? ["dense(units: 3)", "tanh"] : []) + ["dense(units: 4)"])
  }

  @Test(arguments: [true, false])
  func ifAndElse(condition: Bool) {
    let layers = Sequential {
      if condition {
        Sigmoid()
      } else {
        Softplus()
        ELU(0.5)
      }
    }
    #expect(lines(layers) == (condition ? ["sigmoid"] : ["softplus", "elu(alpha: 0.5)"]))
  }

  @Test(arguments: [("a", "gelu"), ("b", "silu"), ("c", "relu")])
  func switchOfThree(word: String, expected: String) {
    let layers = Sequential {
      switch word {
      case "a": GELU()
      case "b": SiLU()
      default: ReLU()
      }
    }
    #expect(lines(layers) == [expected])
  }

  @Test func loop() {
    let layers = Sequential {
      for units in [5, 6] {
        Dense(units)
        if units == 6 { Upsample(3) }
      }
    }
    #expect(lines(layers) == ["dense(units: 5)", "dense(units: 6)", "upsample(factor: 3)"])
  }

  @Test func limitedAvailability() {
    let layers = Sequential {
      if #available(macOS 99, *) {
        MaxPool(3)
      }
    }
    #expect(lines(layers) == ["max-pool(stride: 3, window: 3)"])
  }

  @Test func moreLayersThanAnyArity() {
    let layers = Sequential {
      Dense(1)
      Dense(2)
      Dense(3)
      Dense(4)
      Dense(5)
      Dense(6)
      Dense(7)
      Dense(8)
      Dense(9)
      Dense(10)
      Dense(11)
      Dense(12)
    }
    #expect(lines(layers) == ["dense"] + (2...12).map { "dense(units: \($0))" })
    #expect(layers.scopeName(at: 0) == "00_dense")
    #expect(layers.scopeName(at: 11) == "11_dense")
  }

  @Test func placesAreThoseOfTheEntries() {
    let start = #line
    let layers = Sequential {
      Dense(1)
      for _ in 0..<2 {
        ReLU()
      }
      if start > 0 {
        Tanh()
      }
    }
    let expected = [start + 2, start + 4, start + 4, start + 7].map { "NetworksTests/LayerBuilderTests.swift:\($0)" }
    #expect(layers.layers.map(\.place) == expected)
  }

  @Test func nestedStacksNestTheirScopes() throws {
    let network = try network([3]) {
      Dense(4)
      Sequential {
        ReLU()
        Dense(2)
      }
    }
    #expect(
      network.parameters.paths == [
        "00_dense/weight", "00_dense/bias", "01_sequential/01_dense/weight", "01_sequential/01_dense/bias",
      ])
    let taps = try network.run(.ones([2, 3])).taps
    #expect(taps.map(\.path) == ["00_dense", "01_sequential/00_relu", "01_sequential/01_dense", "01_sequential"])
    #expect(taps.map(\.feature.shape) == [[2, 4], [2, 4], [2, 2], [2, 2]])
  }
}
