import Adversarial

/// Data that lies in a folder, which may move between a run and its continuation.
public protocol FolderDataSource: DataSource {
  /// The folder's path.
  var folder: String { get set }
}
