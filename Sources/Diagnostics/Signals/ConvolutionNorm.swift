import Foundation
import LinearAlgebra

/// A convolution's kernel as a linear map on whole images, whose operator norm is not that of the kernel written as a matrix.
public struct ConvolutionKernel: Sendable, Equatable {
  /// How many channels go in.
  public let inputChannels: Int
  /// How many channels come out.
  public let outputChannels: Int
  /// The extents of the kernel in pixels.
  public let height: Int
  public let width: Int
  /// The weights, [output][input][row][column].
  public let weights: [Double]

  /// - Precondition: there are as many weights as the extents say.
  public init(outputChannels: Int, inputChannels: Int, height: Int, width: Int, weights: [Double]) {
    precondition(
      weights.count == outputChannels * inputChannels * height * width && !weights.isEmpty, "a kernel has a weight for each of its taps")
    self.outputChannels = outputChannels
    self.inputChannels = inputChannels
    self.height = height
    self.width = width
    self.weights = weights
  }

  /// The kernel as a matrix, a row for each output channel: what spectral normalization divides by (Miyato et al. 2018). Its norm is not the
  /// operator's: of one 3 × 3 kernel of ones it is 3, of the convolution 9.
  public var reshaped: Matrix {
    Matrix(rows: outputChannels, columns: inputChannels * height * width, values: weights)
  }

  /// The largest singular value at each frequency of a circular convolution of stride 1 on images of `imageHeight` × `imageWidth`, the
  /// frequencies row by row; exact (Sedghi, Gupta and Long 2019, "The Singular Values of Convolutional Layers").
  ///
  /// Takes a singular value problem of 2·out × 2·in for half of the frequencies; the other half are their mirror images.
  ///
  /// - Throws: `LinearAlgebraError` where a weight is not finite.
  public func circularNorms(imageHeight: Int, imageWidth: Int) throws -> [Double] {
    precondition(imageHeight >= 1 && imageWidth >= 1, "an image has a pixel")
    var result = [Double](repeating: -1, count: imageHeight * imageWidth)
    for row in 0..<imageHeight {
      for column in 0..<imageWidth {
        let mirror = (imageHeight - row) % imageHeight * imageWidth + (imageWidth - column) % imageWidth
        let place = row * imageWidth + column
        guard result[mirror] < 0 else {
          result[place] = result[mirror]
          continue
        }
        let block = transform(Double(row) / Double(imageHeight), Double(column) / Double(imageWidth))
        result[place] = try block.singularValues().first ?? 0
      }
    }
    return result
  }

  /// The operator norm of a circular convolution of stride 1: the largest of ``circularNorms(imageHeight:imageWidth:)``.
  public func circularNorm(imageHeight: Int, imageWidth: Int) throws -> Double {
    try circularNorms(imageHeight: imageHeight, imageWidth: imageWidth).max() ?? 0
  }

  /// The kernel's Fourier transform at a frequency in periods for each pixel, A + iB, as the real matrix [A −B; B A], which has each singular
  /// value twice.
  private func transform(_ vertical: Double, _ horizontal: Double) -> Matrix {
    var block = Matrix(rows: 2 * outputChannels, columns: 2 * inputChannels)
    let angles = (0..<height * width).map { tap in
      2 * Double.pi * (vertical * Double(tap / width) + horizontal * Double(tap % width))
    }
    let (cosines, sines) = (angles.map { cos($0) }, angles.map { sin($0) })
    for output in 0..<outputChannels {
      for input in 0..<inputChannels {
        let base = (output * inputChannels + input) * height * width
        var (real, imaginary) = (0.0, 0.0)
        for tap in 0..<height * width {
          real += weights[base + tap] * cosines[tap]
          imaginary += weights[base + tap] * sines[tap]
        }
        block[output, input] = real
        block[output, inputChannels + input] = -imaginary
        block[outputChannels + output, input] = imaginary
        block[outputChannels + output, inputChannels + input] = real
      }
    }
    return block
  }

  /// The operator norm of a zero-padded convolution, by power iteration.
  ///
  /// - Parameters:
  ///   - imageHeight: rows of the input.
  ///   - imageWidth: columns of the input.
  ///   - stride: at least 1; 1 by default.
  ///   - padding: rows and columns of zeros on each side; half the kernel, rounded down, by default.
  ///   - start: the first vector, in × rows × columns values; a fixed one by default.
  ///   - maximumIterations: at least 1; 1,000 by default.
  ///   - tolerance: of the relative residual; 1e-8 by default.
  /// - Throws: ``DiagnosticsError`` where a weight is not finite.
  public func zeroPaddedNorm(
    imageHeight: Int, imageWidth: Int, stride: Int = 1, padding: (height: Int, width: Int)? = nil, start: [Double]? = nil,
    maximumIterations: Int = 1_000, tolerance: Double = 1e-8
  ) throws -> SpectralNorm {
    let padding = padding ?? (height / 2, width / 2)
    let map = ConvolutionMap(
      kernel: self, rows: imageHeight, columns: imageWidth, stride: stride, topPadding: padding.height, leftPadding: padding.width)
    return try SpectralNorm(
      start: start ?? SpectralNorm.start(inputChannels * imageHeight * imageWidth), maximumIterations: maximumIterations,
      tolerance: tolerance, apply: map.apply, applyTransposed: map.applyTransposed)
  }
}

/// A zero-padded convolution and its transpose on flat images.
struct ConvolutionMap {
  let kernel: ConvolutionKernel
  let rows: Int
  let columns: Int
  let stride: Int
  let topPadding: Int
  let leftPadding: Int

  var outputRows: Int { (rows + 2 * topPadding - kernel.height) / stride + 1 }
  var outputColumns: Int { (columns + 2 * leftPadding - kernel.width) / stride + 1 }

  func apply(_ image: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: kernel.outputChannels * outputRows * outputColumns)
    visit { output, input, weight in result[output] += weight * image[input] }
    return result
  }

  func applyTransposed(_ image: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: kernel.inputChannels * rows * columns)
    visit { output, input, weight in result[input] += weight * image[output] }
    return result
  }

  /// Calls `body` with each pair of an output and an input element that a tap joins.
  private func visit(_ body: (Int, Int, Double) -> Void) {
    let (outputRows, outputColumns) = (outputRows, outputColumns)
    for output in 0..<kernel.outputChannels {
      for input in 0..<kernel.inputChannels {
        for tap in 0..<kernel.height * kernel.width {
          let weight = kernel.weights[(output * kernel.inputChannels + input) * kernel.height * kernel.width + tap]
          for y in 0..<outputRows {
            let row = y * stride + tap / kernel.width - topPadding
            guard (0..<rows).contains(row) else { continue }
            for x in 0..<outputColumns {
              let column = x * stride + tap % kernel.width - leftPadding
              guard (0..<columns).contains(column) else { continue }
              body((output * outputRows + y) * outputColumns + x, (input * rows + row) * columns + column, weight)
            }
          }
        }
      }
    }
  }
}
