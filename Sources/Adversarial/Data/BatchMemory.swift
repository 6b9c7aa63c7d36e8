import Networks
import Tensors

/// Memory for some samples, field by field: what a data source writes a batch into, again and again.
public final class BatchMemory {
  /// How many samples it holds.
  public let size: Int
  /// What a sample consists of, in order.
  public let fields: [Field]
  /// The bytes of each field, row major.
  private let memory: [UnsafeMutableRawBufferPointer]

  /// Memory for `size` samples of `fields`, all zero.
  public init(_ fields: [Field], size: Int) {
    precondition(size >= 0, "a batch of \(size) samples")
    self.size = size
    self.fields = fields
    memory = fields.map { field in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(field.type(batchSize: size).byteCount, 1), alignment: 64)
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      return memory
    }
  }

  deinit { for memory in memory { memory.deallocate() } }

  /// The numbers of field `index`: `size` × its elements, row major. They are there as long as this object is; ``copiedNumbers(_:)`` keeps them.
  ///
  /// - Precondition: the field holds numbers.
  public func numbers(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition(fields[index].classCount == nil, "'\(fields[index].name)' holds classes, not numbers")
    return UnsafeMutableBufferPointer(rebasing: memory[index].bindMemory(to: Float.self)[..<(size * fields[index].elementCount)])
  }

  /// The classes of field `index`: `size` of them, counted from 0.
  ///
  /// - Precondition: the field holds classes.
  public func classes(_ index: Int) -> UnsafeMutableBufferPointer<Int32> {
    precondition(fields[index].classCount != nil, "'\(fields[index].name)' holds numbers, not classes")
    return UnsafeMutableBufferPointer(rebasing: memory[index].bindMemory(to: Int32.self)[..<size])
  }

  /// A copy of the numbers of field `index`.
  ///
  /// - Precondition: the field holds numbers.
  public func copiedNumbers(_ index: Int) -> [Float] { withExtendedLifetime(self) { Array(numbers(index)) } }

  /// A copy of the classes of field `index`.
  ///
  /// - Precondition: the field holds classes.
  public func copiedClasses(_ index: Int) -> [Int32] { withExtendedLifetime(self) { Array(classes(index)) } }

  /// The bytes of field `index`.
  public func withBytes<Result>(of index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    let count = fields[index].type(batchSize: size).byteCount
    return try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory[index])[..<count]))
    }
  }

  /// Sets a field to one of another batch of the same size and type.
  ///
  /// - Precondition: both fields have one type.
  public func copy(field index: Int, of other: BatchMemory, to place: Int) {
    precondition(
      fields[place].type(batchSize: size) == other.fields[index].type(batchSize: other.size),
      "\(other.fields[index]) does not fit \(fields[place])")
    other.withBytes(of: index) { memory[place].copyMemory(from: $0) }
  }

  /// A copy of the values as tensors.
  public var batch: Batch {
    Batch(
      fields.indices.map { index in
        let shape = Shape([size] + fields[index].shape)
        return Batch.Entry(
          fields[index],
          fields[index].classCount == nil ? Tensor(copiedNumbers(index), shape: shape) : Tensor(int32: copiedClasses(index), shape: shape)
        )
      })
  }
}
