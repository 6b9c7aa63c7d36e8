import Adversarial

/// The recipes that come with Rival.
public enum BuiltInRecipes {
  /// Their types, in the order of their papers.
  public static let types: [any Recipe.Type] = [
    OriginalGAN.self, DCGAN.self, InfoGAN.self, LSGAN.self, EBGAN.self, WGAN.self, WGANGP.self, BEGAN.self, DRAGAN.self, ACGAN.self,
    SNGAN.self, ProjectionGAN.self, PacGAN.self, SAGAN.self, TACGAN.self, LOGAN.self, CRGAN.self, ContraGAN.self, ICRGAN.self, ReACGAN.self,
  ]
}
