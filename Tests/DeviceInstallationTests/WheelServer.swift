import Foundation
import Synchronization

/// A web server on this machine that knows ranges, or breaks connections off, for downloads to be tested without a network.
final class WheelServer: Sendable {
  /// What was asked for: the path, and the first byte of the range.
  struct Request: Equatable {
    var path: String
    var begin: Int?
    var authorization: String?
  }

  let port: Int
  private let socket: Int32
  private let pages: [String: Data]
  /// How many bytes of a file are sent before the connection ends, in the first so many answers.
  private let breaks: Mutex<[Int]>
  private let knowsRanges: Bool
  private let seen = Mutex<[Request]>([])

  var requests: [Request] { seen.withLock { $0 } }

  init(_ pages: [String: Data], breakingAfter breaks: [Int] = [], knowsRanges: Bool = true) throws {
    self.pages = pages
    self.breaks = Mutex(breaks)
    self.knowsRanges = knowsRanges
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        answer(connection)
        close(connection)
      }
    }
  }

  func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

  private func answer(_ connection: Int32) {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    func header(_ name: String) -> String? {
      text.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 2)) }
    }
    let begin = header("range").flatMap { Int($0.filter(\.isNumber)) }
    seen.withLock { $0.append(Request(path: path, begin: begin, authorization: header("authorization"))) }
    guard let page = pages[path] else {
      return send(connection, Data("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
    }
    let start = knowsRanges ? min(begin ?? 0, page.count) : 0
    let status = start > 0 ? "206 Partial Content\r\nContent-Range: bytes \(start)-\(page.count - 1)/\(page.count)" : "200 OK"
    let type = path.hasSuffix(".whl") ? "application/octet-stream" : "text/html"
    send(
      connection,
      Data("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(page.count - start)\r\nConnection: close\r\n\r\n".utf8))
    let limit = path.hasSuffix(".whl") ? breaks.withLock { $0.isEmpty ? nil : $0.removeFirst() } : nil
    send(connection, page.dropFirst(start).prefix(limit ?? page.count))
  }

  private func send(_ connection: Int32, _ data: Data) {
    let bytes = [UInt8](data)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }
}
