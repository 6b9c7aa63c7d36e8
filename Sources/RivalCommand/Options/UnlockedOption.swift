import ArgumentParser
import Rival

/// What every command takes that writes into a run's folder.
struct UnlockedOption: ParsableArguments {
  @Flag(help: "Go on where the file system knows no locks; see to it that no second process writes in the folder.")
  var unlocked = false

  /// The right to write in a folder.
  func lock(_ directory: CheckpointDirectory) throws -> CheckpointLock { try directory.lock(required: !unlocked) }
}
