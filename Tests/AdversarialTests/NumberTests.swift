import Foundation
import Rival
import RivalTesting
import Testing

/// Numbers that change from round to round.
@Suite("Schedules")
struct NumberTests {
  static let schedules: [(text: String, number: Number, values: [Int: Double])] = [
    ("2:linear:6@8", .from(2).linear(to: 6, by: 8), [0: 2, 2: 3, 4: 4, 8: 6, 100: 6]),
    ("1:cosine:0@4", .from(1).cosine(to: 0, by: 4), [0: 1, 1: (1 + cos(Double.pi / 4)) / 2, 2: 0.5, 4: 0, 9: 0]),
    ("8@2:exponential:0.5@6", .from(8, at: 2).exponential(to: 0.5, by: 6), [0: 8, 2: 8, 3: 4, 4: 2, 6: 0.5, 7: 0.5]),
    ("1:step:0.1@3:step:0.01@5", .from(1).step(to: 0.1, at: 3).step(to: 0.01, at: 5), [0: 1, 2: 1, 3: 0.1, 4: 0.1, 5: 0.01]),
    (
      "0:linear:0.5@5:step:0.25@7:cosine:0@9", .from(0).linear(to: 0.5, by: 5).step(to: 0.25, at: 7).cosine(to: 0, by: 9),
      [0: 0, 1: 0.1, 5: 0.5, 6: 0.5, 7: 0.25, 8: 0.125, 9: 0]
    ),
  ]

  @Test("Text, builder, values on the host and in a compiled program", arguments: schedules.indices)
  func values(index: Int) throws {
    let (text, number, values) = Self.schedules[index]
    #expect(number.description == text)
    #expect(try Number(parsing: text) == number)
    let program = compile { inputs in [Number.during(inputs[0]) { number.tensor(.float64) }] }
    for (round, value) in values {
      #expect(abs(number.value(at: round) - value) < 1e-15, "\(text) in round \(round)")
      let traced = try program([Tensor(int32: [Int32(round)], shape: [])])[0].item()
      #expect(abs(traced - value) < 1e-15, "\(text) in round \(round): \(traced)")
    }
  }

  @Test("A constant is the plain number in files and computes to the same bits")
  func constants() throws {
    struct Plain: Codable {
      var a = 0.1
      var b = 10.0
    }
    struct Changing: Codable {
      var a: Number = 0.1
      var b: Number = 10
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(Plain()) == encoder.encode(Changing()))
    let x = Tensor([0.3, -7])
    let (beta, plain): (Number, Double) = (0.1, 0.1)
    #expect(try (beta * x + (1 - beta) * square(x)).scalars() == (plain * x + (1 - plain) * square(x)).scalars())
    #expect(try (-beta / x).scalars() == (-plain / x).scalars())
  }

  @Test("What is no schedule is refused with what to write")
  func refusals() throws {
    let registry = try Registry.builtIn()
    for (text, phrase) in [
      ("sgd:learningRate=1:linear:2", "'2' does not say when, as in 2@5000"),
      ("sgd:learningRate=1:slowly:2@4", "'slowly' is none of linear, cosine, exponential, step"),
      ("sgd:learningRate=1:linear:2@0", "round 0 does not come after round 0"),
      ("sgd:learningRate=1:exponential:0@4", "an exponential way leads between positive values, not from 1.0 to 0.0"),
      ("sgd:learningRate=1:linear:-1@4", "sgd: field 'learningRate' is 1:linear:-1@4, but must be a positive number"),
      ("adam:beta1=0:linear:1@4", "adam: field 'beta1' is 0:linear:1@4, but must be in [0, 1)"),
      ("adagrad:initial=0:linear:1@4", "must be a number"),
    ] {
      #expect(failureText { _ = try registry.component(parsing: text) }.contains(phrase), "\(text)")
    }
    #expect(
      SGD(learningRate: .from(0.1).linear(to: 0, by: 9)).learningRate.tensor().failure?.description.contains("in a round only") == true)
    #expect(failureText { try SGD(learningRate: .from(1).linear(to: 2, by: 0)).validateFields() }.contains("does not come after"))
    let field = try #require(try registry.fields(of: SGD.self).first { $0.name == "learningRate" })
    #expect(field.takesSchedule && field.accepted == "a positive number, or a schedule")
  }

  @Test("A run under schedules stops and resumes as if it had not stopped, in one program, and keeps them in its file")
  func resuming() throws {
    let gan = try ringGAN().changed(by: [
      .optimizer(
        Adam(learningRate: .from(0).linear(to: 0.01, by: 3).cosine(to: 0.001, by: 6), beta1: .from(0.9).step(to: 0.5, at: 4)),
        of: .generator)
    ])
    #expect(try ResumeConformance.check(gan, data: RingOfGaussians(modes: 8), before: 3, after: 3).isEmpty)
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 1)
    let start = trainer.state
    try trainer.advance()
    // The rate of round 0 is 0.
    for (path, tensor) in start where path.hasPrefix("generator/params/") {
      #expect(try tensor.scalars() == #require(trainer.state[path]).scalars())
    }
    let text = try #require(try trainer.checkpoint().configuration("training") ?? trainer.checkpoint().configurations.first?.json)
    #expect(try trainer.checkpoint().configurations.contains { $0.json.contains("\"0:linear:0.01@3:cosine:0.001@6\"") }, "\(text)")
  }
}
