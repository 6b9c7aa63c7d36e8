import Components
import Networks

/// The layers that come with the framework.
public enum BuiltInLayers {
  /// Their types, for a registry; ``Networks/Sequential`` among them.
  public static let types: [any Component.Type] = [
    Sequential.self, Residual.self,
    Dense.self, Conv2D.self, ConvTranspose2D.self,
    BatchNorm.self, LayerNorm.self, Dropout.self,
    Flatten.self, Reshape.self, Upsample.self, AveragePool.self, MaxPool.self, GlobalAveragePool.self,
    ReLU.self, LeakyReLU.self, Tanh.self, Sigmoid.self, Softplus.self, ELU.self, GELU.self, SiLU.self,
    ConcatenatedCondition.self, ConditionalBatchNorm.self, ProjectionHead.self,
    MinibatchDiscrimination.self, MinibatchStandardDeviation.self, Position.self,
    Branches.self, ReconstructionScore.self, GroupedConv2D.self, Maxout.self, SelfAttention.self,
    GroupNorm.self, InstanceNorm.self, PixelNorm.self, GaussianNoise.self, BilinearUpsample.self,
    GeneratorBlock.self, DiscriminatorBlock.self, BottleneckBlock.self,
    PReLU.self, SELU.self, CELU.self, Mish.self, Softsign.self, Sine.self, HardTanh.self, HardSigmoid.self, HardSwish.self, Softmax.self,
    ClassOutputs.self, ClassEmbedding.self,
    StyleNetwork.self, MappingNetwork.self, ConstantInput.self, ModulatedConv2D.self, NoiseInjection.self, AdaptiveInstanceNorm.self,
    SelfModulatedBatchNorm.self, VirtualBatch.self, VirtualBatchNorm.self,
    Blur.self, FilteredUpsample.self, FilteredDownsample.self, PixelShuffle.self, PixelUnshuffle.self, BorderPadding.self,
  ]
}
