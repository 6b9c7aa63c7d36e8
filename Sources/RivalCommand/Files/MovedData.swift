import Rival

/// Data whose folder is no longer where the checkpoint says.
enum MovedData {
  /// The same source with its files in `folder`; `nil` where no folder was named, so that the checkpoint's own counts.
  ///
  /// - Throws: ``CommandFailure`` for data that lies in no folder.
  static func source(_ source: any DataSource, folder: String?) throws -> (any DataSource)? {
    guard let folder else { return nil }
    guard var stored = source as? any FolderDataSource else {
      throw CommandFailure("the run's data, '\(source.name)', lies in no folder; leave --data away")
    }
    stored.folder = FolderPath.absolute(folder)
    return stored
  }
}
