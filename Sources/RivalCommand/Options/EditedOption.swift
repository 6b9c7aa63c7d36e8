import ArgumentParser
import Rival

/// What every command takes that reads a checkpoint.
struct EditedOption: ParsableArguments {
  @Flag(
    help:
      "Take a file that another tool changed on purpose, as h5py does: neither its digest nor the checksums of its tensors are a condition. What was changed is told, and written into later checkpoints."
  )
  var edited = false

  /// How files are compared with what was recorded.
  var verification: CheckpointFile.Verification { edited ? .edited : .full }
}
