import ArgumentParser
import Foundation
import Rival

/// The option that writes a command as a Swift program.
struct PrintSwiftOption: ParsableArguments {
  @Flag(help: "Write the command as a Swift program that does the same, and run nothing.")
  var printSwift = false
}

/// A program of `import Rival` in lines, as a file `main.swift` holds it.
enum SwiftProgram {
  /// The whole program, under the command that it does the same as.
  ///
  /// - Parameters:
  ///   - remarks: what a reader must know, a comment each.
  ///   - body: what stands in `exitOnError { … }`.
  static func text(_ body: [String], remarks: [String] = []) -> String {
    let context = CommandContext.current
    let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--print-swift" }
    let command = ([context.name] + arguments).map(ShellText.quoted).joined(separator: " ")
    let comments = ["What this command does: \(command)"] + remarks
    return (comments.map { "// " + $0 } + ["import Rival", "", "exitOnError {"] + SwiftComposition.indented(body) + ["}"])
      .joined(separator: "\n")
  }

  /// `let NAME = …` with a composition, and what is set behind it.
  static func definition(of composition: any Composition, named name: String) throws -> [String] {
    let settings = SwiftComposition.settings(composition).map { $0.replacing("NAME", with: name) }
    var lines = try SwiftComposition.lines(composition)
    lines[0] = "\(settings.isEmpty ? "let" : "var") \(name) = \(lines[0])"
    return lines + settings
  }

  /// The arguments that make a trainer stand where the command's does, behind the composition and the data.
  static func trainerArguments(batchSize: String?, seed: String, threads: String?, device: Device) throws -> String {
    var arguments = batchSize.map { ["batchSize: \($0)"] } ?? []
    arguments.append("seed: \(seed)")
    if let threads { arguments.append("threadCount: \(threads)") }
    return (arguments + (try deviceArgument(device))).joined(separator: ", ")
  }

  /// The argument for a device that is not the standard one.
  static func deviceArgument(_ device: Device) throws -> [String] {
    let named = "Device.named(\(SwiftValue.quoted(device.name)))"
    let isFast = (device.executor as? XLA)?.isFast ?? false
    let precision = device.precision == .float32 ? "" : ".computing(in: .\(device.precision))"
    if isFast, let xla = device.executor as? XLA {
      return ["device: Device.xla(.\(xla.platform), index: \(xla.index), count: \(xla.count), isFast: true)\(precision)"]
    }
    return try device.name == Device.standard.name && precision.isEmpty ? [] : ["device: \(named)\(precision)"]
  }
}
