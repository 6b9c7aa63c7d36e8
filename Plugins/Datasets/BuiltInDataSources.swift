import Components
import Datasets

/// The data sources that come with Rival.
public enum BuiltInDataSources {
  public static let types: [any Component.Type] = [
    RingOfGaussians.self, GridOfGaussians.self, SwissRoll.self, PointMass.self, IDXImages.self, ImageFolder.self, ArraySamples.self,
    UnpairedSources.self, CIFARImages.self, TableFile.self,
  ]
}
