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
  /// Whose memory it is, where it is not its own.
  private let owner: BatchMemory?

  /// Memory for `size` samples of `fields`, all zero.
  public init(_ fields: [Field], size: Int) {
    precondition(size >= 0, "a batch of \(size) samples")
    self.size = size
    self.fields = fields
    owner = nil
    memory = fields.map { field in
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(field.type(batchSize: size).byteCount, 1), alignment: 64)
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      return memory
    }
  }

  /// Some fields of another batch, in its memory and under names of their own: what is written here is written there.
  ///
  /// - Precondition: the fields have the types of those that they stand for.
  public init(_ fields: [Field], in owner: BatchMemory, from first: Int) {
    size = owner.size
    self.fields = fields
    self.owner = owner
    memory = Array(owner.memory[first..<(first + fields.count)])
    for (place, field) in fields.enumerated() {
      let other = owner.fields[first + place]
      precondition(field.type(batchSize: size) == other.type(batchSize: size), "\(field) does not fit \(other)")
    }
  }

  /// Some samples of another batch, in its memory: what is written here is written there.
  ///
  /// - Precondition: the other batch has as many samples.
  init(samples: Range<Int>, of owner: BatchMemory) {
    precondition(samples.lowerBound >= 0 && samples.upperBound <= owner.size, "samples \(samples) of a batch of \(owner.size)")
    size = samples.count
    fields = owner.fields
    self.owner = owner
    memory = zip(owner.fields, owner.memory).map { field, memory in
      let sampleBytes = field.type(batchSize: 1).byteCount
      return UnsafeMutableRawBufferPointer(rebasing: memory[(samples.lowerBound * sampleBytes)..<(samples.upperBound * sampleBytes)])
    }
  }

  deinit { if owner == nil { for memory in memory { memory.deallocate() } } }

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
