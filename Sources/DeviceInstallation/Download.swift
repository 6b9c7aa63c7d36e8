import Foundation
import FoundationNetworking
import Synchronization

/// Gets files of the web. A file that is there in part is gone on with.
struct Downloader: Sendable {
  /// The index's address, whose user and password are sent to its host alone.
  let index: URL

  /// A request for what is at `address`.
  func request(_ address: URL, accepting types: String? = nil) -> URLRequest {
    var request = URLRequest(url: address, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 60)
    request.setValue("rival", forHTTPHeaderField: "User-Agent")
    if let types { request.setValue(types, forHTTPHeaderField: "Accept") }
    if let user = index.user, address.host == index.host {
      let text = "\(user.removingPercentEncoding ?? user):\(index.password?.removingPercentEncoding ?? index.password ?? "")"
      request.setValue("Basic " + Data(text.utf8).base64EncodedString(), forHTTPHeaderField: "Authorization")
    }
    return request
  }

  /// What is at `address`, 64 MB at most.
  func page(at address: URL) throws -> Data {
    let types = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
    let transfer = Transfer(limit: 64_000_000)
    try transfer.run(request(address, accepting: types))
    guard transfer.status == 200 else { throw Self.refused(address, transfer.status) }
    return transfer.content
  }

  /// Appends to the file at `path` until it has `size` bytes, and tells how many it has on the way.
  ///
  /// What breaks off is tried again, as long as each try gets further, and three times where none does.
  func file(at address: URL, to path: String, size: Int, progress: @escaping @Sendable (Int) -> Void) throws {
    var fruitless = 0
    while true {
      let before = Self.size(of: path)
      if before == size { return progress(size) }
      if before > size { try FileManager.default.removeItem(atPath: path) }
      do {
        try attempt(address, path, size, progress)
      } catch let error as TransferError {
        fruitless = Self.size(of: path) > before ? 0 : fruitless + 1
        guard fruitless < 3 else {
          throw InstallationError(
            "\(address.lastPathComponent) cannot be downloaded from \(address.host ?? "the index"): \(error.reason); what there is is kept, and the same command goes on from it"
          )
        }
        Thread.sleep(forTimeInterval: Double(fruitless))
      }
    }
  }

  private func attempt(_ address: URL, _ path: String, _ size: Int, _ progress: @escaping @Sendable (Int) -> Void) throws {
    let begin = min(Self.size(of: path), size)
    var request = request(address)
    if begin > 0 { request.setValue("bytes=\(begin)-", forHTTPHeaderField: "Range") }
    let file: FileHandle
    do {
      if begin == 0 { try Data().write(to: URL(fileURLWithPath: path)) }
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    } catch {
      throw InstallationError("\(path) cannot be written (\(error.localizedDescription)); check that the folder is yours")
    }
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(begin))
    let transfer = Transfer(limit: size, file: file, begin: begin, progress: progress)
    try transfer.run(request)
    guard [200, 206].contains(transfer.status) else { throw Self.refused(address, transfer.status) }
    guard Self.size(of: path) >= size else { throw TransferError(reason: "the connection ended early") }
  }

  static func size(of path: String) -> Int {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int) ?? 0
  }

  private static func refused(_ address: URL, _ status: Int) -> InstallationError {
    InstallationError(
      "\(address.host ?? "the index") answers \(status) for \(address.path); see whether PIP_INDEX_URL names the right index")
  }
}

/// A transfer that broke off, and may succeed the next time.
struct TransferError: Error {
  let reason: String
}

/// One request, whose content goes into a file or into memory as it comes.
private final class Transfer: NSObject, URLSessionDataDelegate {
  private struct State {
    var status = 0
    var content = Data()
    var received = 0
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)
  private let file: FileHandle?
  private let limit: Int
  private let begin: Int
  private let progress: @Sendable (Int) -> Void

  init(limit: Int, file: FileHandle? = nil, begin: Int = 0, progress: @escaping @Sendable (Int) -> Void = { _ in }) {
    (self.limit, self.file, self.begin, self.progress) = (limit, file, begin, progress)
  }

  var status: Int { state.withLock { $0.status } }
  var content: Data { state.withLock { $0.content } }

  /// Waits for all of it.
  ///
  /// - Throws: ``TransferError`` where the connection breaks; what writing the file throws.
  func run(_ request: URLRequest) throws {
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    session.dataTask(with: request).resume()
    ended.wait()
    session.finishTasksAndInvalidate()
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    state.withLock { state in
      state.status = status
      // A server that knows no ranges sends the file from its beginning.
      guard status == 200, let file else {
        state.received = begin
        return
      }
      do { try file.truncate(atOffset: 0) } catch { state.failure = error }
      state.received = 0
    }
    completionHandler(file == nil || [200, 206].contains(status) ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let received = state.withLock { state -> Int? in
      guard state.failure == nil, [200, 206].contains(state.status) else { return nil }
      state.received += data.count
      guard state.received <= limit else {
        state.failure = InstallationError("the index sends more than the \(limit) bytes that are expected")
        return nil
      }
      guard let file else {
        state.content += data
        return nil
      }
      do { try file.write(contentsOf: data) } catch { state.failure = error }
      return state.received
    }
    if let received { progress(received) } else if state.withLock({ $0.failure != nil }) { dataTask.cancel() }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    state.withLock { state in
      guard state.failure == nil, let error, [0, 200, 206].contains(state.status) else { return }
      state.failure = TransferError(reason: error.localizedDescription)
    }
    ended.signal()
  }
}
