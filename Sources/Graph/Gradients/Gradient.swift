/// The gradient of a scalar with respect to a tensor that it is computed from; zeros where it does not depend on it.
///
/// The result is an expression like any other, so gradients of gradients are gradients.
///
/// ```swift
/// let x = Tensor([3])
/// let y = (x * x * x).sum()
/// let first = gradient(of: y, at: x)            // 3x² = 27
/// let second = gradient(of: first.sum(), at: x) // 6x = 18
/// ```
public func gradient(of loss: Tensor, at variable: Tensor) -> Tensor {
  gradient(of: loss, at: [variable])[0]
}

/// The gradients of a scalar with respect to several tensors.
///
/// - Parameters:
///   - constants: tensors through which no gradient flows, although they depend on the variables.
///   - followsStops: whether the gradient flows through ``Tensor/stoppingGradient`` as through any other value.
public func gradient(
  of loss: Tensor, at variables: [Tensor], treatingAsConstant constants: [Tensor] = [], followingStops followsStops: Bool = false
) -> [Tensor] {
  if let failure = loss.failure { return variables.map { _ in .invalid(failure) } }
  guard loss.rank == 0 else {
    return variables.map { _ in
      .invalid("gradient: the loss has shape \(loss.shape), but must be a scalar; reduce it with sum() or mean()")
    }
  }
  guard loss.dtype.isFloatingPoint else {
    return variables.map { _ in .invalid("gradient: the loss is \(loss.dtype.rawValue), which has no derivative") }
  }
  return vectorJacobianProduct(
    of: loss, at: variables, with: Tensor.ones([], dtype: loss.dtype), treatingAsConstant: constants, followingStops: followsStops)
}

/// cotangentᵀ · ∂output/∂variable for each variable, by one backward sweep (reverse mode).
///
/// - Parameters:
///   - constants: tensors through which no gradient flows, although they depend on the variables: an optimizer's scale that is to be held
///     fixed. A variable is never one of them.
///   - followsStops: whether the gradient flows through ``Tensor/stoppingGradient`` as through any other value. The derivative of a map
///     that takes gradients by itself needs that: what was a constant for the inner gradient moves with the map's variables.
public func vectorJacobianProduct(
  of output: Tensor, at variables: [Tensor], with cotangent: Tensor, treatingAsConstant constants: [Tensor] = [],
  followingStops followsStops: Bool = false
) -> [Tensor] {
  if let failure = output.failure ?? cotangent.failure ?? variables.lazy.compactMap(\.failure).first {
    return variables.map { _ in .invalid(failure) }
  }
  guard output.shape == cotangent.shape, output.dtype == cotangent.dtype else {
    return variables.map { _ in
      .invalid(
        "vectorJacobianProduct: the cotangent is \(cotangent.dtype.rawValue) \(cotangent.shape), the output \(output.dtype.rawValue) \(output.shape)"
      )
    }
  }
  // Only nodes that depend on a variable need gradients: this is what spares a generator's update the discriminator's weight gradients.
  let order = dependents(of: variables.map(\.node), upTo: output.node, avoiding: constants.map(\.node), followsStops)
  var gradients: [ObjectIdentifier: Tensor] = [ObjectIdentifier(output.node): cotangent]
  let active = Set(order.map(ObjectIdentifier.init))
  let leaves = Set(variables.map { ObjectIdentifier($0.node) })
  for node in order.reversed() {
    let identity = ObjectIdentifier(node)
    guard let g = gradients[identity] else { continue }
    if !leaves.contains(identity) { gradients[identity] = nil }
    guard node.inputs.contains(where: { active.contains(ObjectIdentifier($0)) }) else { continue }
    let contributions = followsStops && node.primitive == .stopGradient ? [g] : node.inputGradients(g)
    for (input, contribution) in zip(node.inputs, contributions) {
      let key = ObjectIdentifier(input)
      guard let contribution, active.contains(key) else { continue }
      gradients[key] = gradients[key].map { $0 + contribution } ?? contribution
    }
  }
  return variables.map { gradients[ObjectIdentifier($0.node)] ?? .zeros($0.shape, dtype: $0.dtype) }
}

/// ∂output/∂variables · tangents, by the double-VJP trick: the VJP is linear in its cotangent u, so differentiating ⟨VJP(u), tangent⟩
/// with respect to u gives the JVP.
public func jacobianVectorProduct(of output: Tensor, at variables: [Tensor], along tangents: [Tensor]) -> Tensor {
  let cotangent = Tensor.zeros(output.shape, dtype: output.dtype)
  let pulled = vectorJacobianProduct(of: output, at: variables, with: cotangent)
  return gradient(of: innerProduct(pulled, tangents), at: cotangent)
}

/// ∂²loss/∂variables² · vectors: the gradient of ⟨gradient, vectors⟩. Never forms the Hessian.
public func hessianVectorProduct(of loss: Tensor, at variables: [Tensor], along vectors: [Tensor]) -> [Tensor] {
  gradient(of: innerProduct(gradient(of: loss, at: variables), vectors.map(\.stoppingGradient)), at: variables)
}

/// Σ aᵢ·bᵢ over all elements of all pairs.
private func innerProduct(_ left: [Tensor], _ right: [Tensor]) -> Tensor {
  guard left.count == right.count, let first = left.first else {
    return .invalid("\(left.count) variables need as many vectors, not \(right.count)")
  }
  var total = Tensor.zeros([], dtype: first.dtype)
  for (a, b) in zip(left, right) {
    guard a.shape == b.shape else { return .invalid("a vector of shape \(b.shape) does not fit a variable of shape \(a.shape)") }
    total += (a * b).sum()
  }
  return total
}

/// The nodes on some path from `sources` to `target` that leads through none of `barriers`, in topological order.
private func dependents(of sources: [Node], upTo target: Node, avoiding barriers: [Node], _ followsStops: Bool) -> [Node] {
  let sourceSet = Set(sources.map(ObjectIdentifier.init))
  let barriers = Set(barriers.map(ObjectIdentifier.init))
  let oldest = sources.map(\.identifier).min() ?? 0
  var visited: Set<ObjectIdentifier> = [ObjectIdentifier(target)]
  var pending = [target]
  var reachable: [Node] = []
  while let node = pending.popLast() {
    reachable.append(node)
    for input in node.inputs where input.identifier >= oldest && visited.insert(ObjectIdentifier(input)).inserted {
      pending.append(input)
    }
  }
  reachable.sort { $0.identifier < $1.identifier }
  var depends = sourceSet
  return reachable.filter { node in
    if sourceSet.contains(ObjectIdentifier(node)) { return true }
    if node.primitive == .stopGradient && !followsStops { return false }
    if !node.dtype.isFloatingPoint || barriers.contains(ObjectIdentifier(node)) { return false }
    guard node.inputs.contains(where: { depends.contains(ObjectIdentifier($0)) }) else { return false }
    depends.insert(ObjectIdentifier(node))
    return true
  }
}
