import Foundation

/// Where wheels are downloaded from: the index that pip would take, so that a mirror inside a company or university serves Rival too.
struct WheelIndex: Sendable {
  /// The index's address, without a slash at its end.
  let address: URL

  init(_ address: URL) {
    self.address = address
  }

  /// What `PIP_INDEX_URL`, else pip's configuration says, else the Python Package Index.
  ///
  /// - Throws: ``InstallationError`` where that is no address of the web.
  static func configured(_ environment: [String: String], files: [String]? = nil) throws -> WheelIndex {
    var found = (environment["PIP_INDEX_URL"], "PIP_INDEX_URL")
    for file in files ?? configurations(environment) where found.0?.isEmpty ?? true {
      found = ((try? String(contentsOfFile: file, encoding: .utf8)).flatMap(indexAddress), file)
    }
    guard let text = found.0, !text.isEmpty else { return WheelIndex(standard) }
    let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard let address = URL(string: trimmed), ["http", "https"].contains(address.scheme), address.host != nil else {
      throw InstallationError("\(found.1) says that packages come from '\(text)', which is no address such as https://pypi.org/simple")
    }
    return WheelIndex(address)
  }

  private static var standard: URL {
    guard let address = URL(string: "https://pypi.org/simple") else { preconditionFailure("the address is well formed") }
    return address
  }

  /// pip's files of settings, the one that counts most first.
  private static func configurations(_ environment: [String: String]) -> [String] {
    if let file = environment["PIP_CONFIG_FILE"], !file.isEmpty { return file == "/dev/null" ? [] : [file] }
    let home = environment["HOME"].map { [$0 + "/.config/pip/pip.conf", $0 + "/.pip/pip.conf"] } ?? []
    let settings = environment["XDG_CONFIG_HOME"].map { [$0 + "/pip/pip.conf"] } ?? []
    let own = environment["VIRTUAL_ENV"].map { [$0 + "/pip.conf"] } ?? []
    return own + settings + home + ["/etc/pip.conf", "/etc/xdg/pip/pip.conf"]
  }

  /// The `index-url` of a file of pip's settings.
  static func indexAddress(in text: String) -> String? {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0].lowercased() == "index-url" || parts[0].lowercased() == "index_url" { return parts[1] }
    }
    return nil
  }

  /// The page that lists the files of a project.
  func page(of project: String) -> URL { address.appendingPathComponent(project).appendingPathComponent("") }

  /// The address of the file called `name` on a project's page: a document of the simple index (PEP 503 and 691), JSON or HTML.
  static func link(to name: String, in page: Data, at address: URL) -> URL? {
    if let document = try? JSONDecoder().decode(Listing.self, from: page) {
      return document.files.first { $0.filename == name }.flatMap { URL(string: $0.url, relativeTo: address)?.absoluteURL }
    }
    let text = String(decoding: page, as: UTF8.self)
    for piece in text.components(separatedBy: "href=").dropFirst() {
      guard let quote = piece.first, quote == "\"" || quote == "'" else { continue }
      let link = piece.dropFirst().prefix { $0 != quote }.prefix { $0 != "#" }.replacing("&amp;", with: "&")
      guard let url = URL(string: String(link), relativeTo: address)?.absoluteURL, url.lastPathComponent == name else { continue }
      return url
    }
    return nil
  }

  private struct Listing: Decodable {
    struct File: Decodable {
      var filename: String
      var url: String
    }
    var files: [File]
  }
}
