import Checkpoints
import Datasets
import Metrics

extension StudyDirectory {
  /// Writes the real samples that everything is compared with, as the trials write theirs: points, or a grid of images with the training
  /// images nearest to the first of them.
  ///
  /// - Throws: `DataError`, `CheckpointError` or ``StudyError`` where a folder or file cannot be written.
  public func writeRealSamples(of evaluator: Evaluator) throws {
    let real = evaluator.reference
    guard SampleGrid.isPoint(real.shape) || PNGImage.canHold(real.shape) else { return }
    try self.real.checkpoints.create()
    if SampleGrid.isPoint(real.shape) {
      try NPYFile(real.values, shape: [real.count] + real.shape).write(to: self.real.samples)
    } else {
      try SampleGrid.grid(real.values, shape: real.shape).write(to: self.real.image)
      if evaluator.hasHeldOut { try NearestImages(of: real.values, in: evaluator.samples)?.write(to: self.real) }
    }
  }
}
