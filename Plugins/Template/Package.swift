// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "TemplatePlugin",
  products: [
    .library(name: "TemplatePlugin", targets: ["TemplatePlugin"]),
    .executable(name: "my-rival", targets: ["my-rival"]),
  ],
  dependencies: [
    .package(name: "Rival", path: "../..")
  ],
  targets: [
    .target(
      name: "TemplatePlugin",
      dependencies: [.product(name: "Rival", package: "Rival"), .product(name: "RivalCommand", package: "Rival")]),
    .executableTarget(
      name: "my-rival",
      dependencies: ["TemplatePlugin", .product(name: "RivalCommand", package: "Rival")]),
    .testTarget(
      name: "TemplatePluginTests",
      dependencies: [
        "TemplatePlugin", .product(name: "Rival", package: "Rival"), .product(name: "RivalCommand", package: "Rival"),
        .product(name: "RivalTesting", package: "Rival"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
