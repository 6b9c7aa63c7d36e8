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
  ]
}
