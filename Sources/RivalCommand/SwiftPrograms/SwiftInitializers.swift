/// The initializers of the built-in components, whose labels the running program cannot ask for. A test compiles what is printed with each of them.
enum SwiftInitializers {
  /// One argument of an initializer.
  struct Label {
    /// What stands in front of the value: `kernel: `, or nothing.
    var prefix: String
    /// The field that it sets.
    var field: String
    /// Whether it must be given.
    var isRequired: Bool
  }

  /// The arguments by the name of the type.
  static let labels: [String: [Label]] = Dictionary(uniqueKeysWithValues: written.map(parsed))

  /// The full names, with `_ field` where an argument has no label, `label=field` where it has another one, and `!` behind what has no default.
  private static let written = [
    // Layers
    "AveragePool(_ window!:stride!:)", "BatchNorm(momentum!:epsilon:)", "ConcatenatedCondition(_ condition!:)",
    "ConditionalBatchNorm(_ condition!:momentum:epsilon:)", "Conv2D(_ filters!:kernel:stride:padding:dilation:usesBias:initializer:)",
    "ConvTranspose2D(_ filters!:kernel:stride:padding:usesBias:initializer:)", "Dense(_ units!:usesBias:initializer:)", "Dropout(_ rate!:)",
    "ELU(_ alpha!:)", "LayerNorm(epsilon!:)", "LeakyReLU(_ slope!:)", "MaxPool(_ window!:stride!:)",
    "MinibatchDiscrimination(kernels!:dimensions:initializer:)", "MinibatchStandardDeviation(epsilon!:)", "Position(_ size!:initial:)",
    "ProjectionHead(_ condition!:usesBias:initializer:)", "Reshape(_ shape!:)", "Upsample(_ factor!:)",
    "BilinearUpsample(_ factor!:)", "BottleneckBlock(groups!:expansion:kernel:depth:)", "CELU(_ alpha!:)",
    "ClassEmbedding(_ dimensions!:condition:isAppended:initializer:)", "ClassOutputs(_ condition!:perClass:extra:initializer:)",
    "DiscriminatorBlock(_ filters!:downsamples:isFirst:initializer:)", "GaussianNoise(_ standardDeviation!:)",
    "GeneratorBlock(_ filters!:upsamples:normalization:condition:initializer:)", "GroupNorm(_ groups!:epsilon:)",
    "GroupedConv2D(_ filters!:groups!:kernel:stride:padding:usesBias:initializer:)", "HardTanh(lower!:upper!:)",
    "InstanceNorm(isAffine!:epsilon:)", "Maxout(_ units!:pieces:initializer:)", "PReLU(initial!:isShared:)", "PixelNorm(epsilon!:)",
    "SelfAttention(reduction!:valueReduction:pools:initializer:)", "Sine(_ frequency!:)",
    "AdaptiveInstanceNorm(_ condition!:epsilon:)", "Blur(_ taps!:)", "BorderPadding(_ width!:border:)", "ConstantInput(_ shape!:)",
    "FilteredDownsample(_ taps!:)", "FilteredUpsample(_ taps!:)", "MappingNetwork(layers!:units:rateFactor:normalizes:)",
    "ModulatedConv2D(_ filters!:kernel:demodulates:usesBias:condition:)", "PixelShuffle(_ factor!:)", "PixelUnshuffle(_ factor!:)",
    "SelfModulatedBatchNorm(_ condition!:hidden:momentum:epsilon:)", "VirtualBatchNorm(epsilon!:)",
    // Losses and terms beside them
    "BoundaryEquilibriumLoss(diversity!:rate:)", "EnergyBasedLoss(margin!:pullingAway:)",
    "FDivergenceLoss(_ divergence!:alpha:isSaturating:)",
    "MMDLoss(_ kernel!:widths:isRepulsive:)", "MultiHingeLoss(_ condition!:)", "QuadraticPotentialLoss(weight!:distance:)",
    "RelativisticLoss(_ base!:pairing:)", "AdversarialClassifier(weight!:condition:)",
    "AuxiliaryClassifier(weight!:condition:includesGenerated:)", "ConditionalContrast(weight!:temperature:dimensions:condition:)",
    "DataToDataCrossEntropy(weight!:temperature:positiveMargin:negativeMargin:dimensions:condition:)",
    "MutualInformation(weight!:codeSize:learnsVariance:)", "SelfSupervisedRotation(discriminatorWeight!:generatorWeight:)",
    "InformationMaximum(tap!:discriminatorWeight:generatorWeight:dimensions:)",
    "TwinClassifier(weight!:twinWeight:condition:includesGenerated:)",
    // Optimizers and update rules
    "Adam(learningRate!:beta1:beta2:epsilon:)", "RMSProp(learningRate!:decay:epsilon:isEpsilonInside:isCentered:)",
    "SGD(learningRate!:momentum:isNesterov:)", "AdamW(learningRate!:beta1:beta2:epsilon:weightDecay:)",
    "NAdam(learningRate!:beta1:beta2:epsilon:)", "AMSGrad(learningRate!:beta1:beta2:epsilon:isCorrected:)",
    "AdaBelief(learningRate!:beta1:beta2:epsilon:)", "OptimisticAdam(learningRate!:beta1:beta2:epsilon:)",
    "OptimisticMirrorDescent(learningRate!:)", "Lion(learningRate!:beta1:beta2:weightDecay:)", "Adagrad(learningRate!:epsilon:initial:)",
    "Adafactor(learningRate!:decayExponent:clipping:minimumSize:smallestFactored:)",
    "Muon(learningRate!:beta:steps:isNesterov:beta1:beta2:epsilon:)", "Chain(learningRate!:_ transformations!:)", "ClipByNorm(maximum!:)",
    "ClipByValue(maximum!:)", "ClipByRootMeanSquare(maximum!:)", "Scale(factor!:)", "DecayedWeights(rate!:)",
    "ScaleByParameterSize(minimum!:)", "Trace(decay!:isNesterov:)", "Average(decay!:isCorrected:)", "OptimisticCorrection(alpha!:)",
    "ScaleByAdam(beta1!:beta2:epsilon:isNesterov:)", "ScaleByAMSGrad(beta1!:beta2:epsilon:isCorrected:)",
    "ScaleByBelief(beta1!:beta2:epsilon:)", "ScaleByRootMeanSquare(decay!:epsilon:isEpsilonInside:isCentered:)",
    "ScaleByAdagrad(epsilon!:initial:)", "ScaleByLion(beta1!:beta2:)",
    "ScaleByFactoredSquares(decayExponent!:epsilon:smallestFactored:)",
    "ScaleByMuon(beta!:steps:isNesterov:beta1:beta2:epsilon:)",
    "AlternatingUpdates(discriminatorSteps!:generatorSteps:)", "Extragradient(isFromPast!:)", "OptimisticGradient(alpha!:)",
    "UnrolledUpdates(steps!:followsAnswers:)", "ConsensusOptimization(gamma!:)",
    "SymplecticAdjustment(lambda!:usesSigns:alignment:)", "CompetitiveGradient(stepSize!:iterations:)",
    "LookaheadMinmax(period!:alpha:discriminatorSteps:isSimultaneous:)",
    // Heuristics
    "ExponentialMovingAverage(decay!:warmsUp:statisticsBatches:)", "FeatureMatching(weight!:replacesLoss:tap:)",
    "FrozenLayers(first!:of=network:)", "GradientClipping(maximumNorm!:)", "GradientPenalty(weight!:target:isOneSided:)",
    "InstanceNoise(standardDeviation!:decaySteps:)", "LabelSmoothing(real!:fake:)", "R1Penalty(gamma!:)",
    "Rollback(budget!:learningRateFactor:)", "SpectralNormalization(iterations!:includesGenerator:)", "StandingStatistics(batches!:)",
    "WeightClipping(limit!:)",
    // Data
    "CIFARImages(folder!:split:isCoarse:classes:heldOutFraction:mirror:)", "GridOfGaussians(side:spacing:standardDeviation:weights:)",
    "IDXImages(folder!:images:labels:split:classes:heldOutFraction:)",
    "ImageFolder(folder!:size:classes:heldOutFraction:channels:background:skipsBroken:mirror:)", "PointMass(location!:)",
    "RingOfGaussians(modes:radius:standardDeviation:weights:points:)", "SwissRoll(noise:scale:)",
    "TableFile(path!:samples:label:shape:range:classCount:heldOutFraction:)",
    // Metrics and features
    "DifferentBins(bins!:significance:)", "InceptionV3(file!:features:resizing:)", "IntrinsicDimension(neighbors!:)",
    "SlicedWasserstein(directions!:)", "VendiScore(kernel!:bandwidth:maximumCount:)",
    "ClippedDensityCoverage(neighbors!:ball:)", "DensityCoverage(neighbors!:ball:)", "PrecisionRecall(neighbors!:ball:)",
    // Diagnostics and callbacks
    "DiscriminatorOutputs(every!:samples:)", "DualityGapReading(every!:steps:draws:)", "GradientSignals(every!:)",
    "IndependentAdversary(every!:samples:)", "KnownModeShares(every!:samples:)", "LayerNorms(every!:)", "ParameterProjections(every!:)",
    "SampleCoverage(every!:samples:)", "SampleDistance(every!:samples:)", "SampleFrechetDistance(every!:samples:)",
    "UpdateMapSpectrum(every!:count:)", "EarlyStopping(_ value!:every:patience:isHighest:least:)", "RunLog(every!:file:)",
  ]

  private static func parsed(_ name: String) -> (String, [Label]) {
    let parts = name.dropLast().split(separator: "(")
    let labels = parts[1].split(separator: ":").map { written in
      let isRequired = written.hasSuffix("!")
      let text = isRequired ? written.dropLast() : written
      let names = text.split { "= ".contains($0) }.map(String.init)
      return Label(
        prefix: names[0] == "_" ? "" : names[0] + ": ", field: names.last ?? "", isRequired: isRequired)
    }
    return (String(parts[0]), labels)
  }
}
