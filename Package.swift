// swift-tools-version: 6.1
import PackageDescription

// One settings loop for every Swift target.
let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let collections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "Rival",
  products: [
    .library(name: "Rival", targets: ["Rival"]),
    .library(name: "RivalCommand", targets: ["RivalCommand"]),
    .library(name: "RivalTesting", targets: ["RivalTesting"]),
    .executable(name: "rival", targets: ["rival-cli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.0.0"),
  ],
  targets: [
    // System libraries: a module map and a small shim each.
    .systemLibrary(name: "CLAPACKE", providers: [.apt(["liblapacke-dev", "libopenblas-openmp-dev"])]),
    .systemLibrary(name: "CARPACK", providers: [.apt(["libarpack2-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // The CPU executor's C: vector kernels and the team runtime; oneDNN; OpenBLAS.
    .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp"), .linkedLibrary("m")]),
    .target(name: "COneDNN", dependencies: ["CKernels"], linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "COpenBLAS", dependencies: ["CKernels"], linkerSettings: [.linkedLibrary("openblas")]),
    .target(name: "CDigest"),
    // The plugins of the second executor: their C interface in declarations of our own.
    .target(name: "CPJRT"),

    // The frame, from the ground up: a target imports only those above it.
    .target(name: "Components", dependencies: [collections], swiftSettings: swiftSettings),
    .target(name: "Graph", swiftSettings: swiftSettings),
    .target(name: "CPUExecutor", dependencies: ["Graph", "CKernels", "COneDNN", "COpenBLAS"], swiftSettings: swiftSettings),
    .target(name: "ReferenceExecutor", dependencies: ["Graph"], swiftSettings: swiftSettings),
    .target(name: "DeviceInstallation", dependencies: ["CDigest", "CZlib"], swiftSettings: swiftSettings),
    .target(name: "XLAExecutor", dependencies: ["CDigest", "CPJRT", "DeviceInstallation", "Graph"], swiftSettings: swiftSettings),
    .target(
      name: "Tensors", dependencies: ["CPUExecutor", "DeviceInstallation", "Graph", "ReferenceExecutor", "XLAExecutor"],
      swiftSettings: swiftSettings),
    .target(name: "Networks", dependencies: ["Components", "Tensors", collections], swiftSettings: swiftSettings),
    .target(
      name: "Adversarial", dependencies: ["CDigest", "Components", "Networks", "Tensors", collections], swiftSettings: swiftSettings),
    .target(
      name: "Datasets", dependencies: ["Adversarial", "Networks", "Tensors", "CPNG", "CTurboJPEG", "CZlib"],
      swiftSettings: swiftSettings),
    .target(
      name: "Checkpoints", dependencies: ["CDigest", "CHDF5", "CZlib"],
      swiftSettings: swiftSettings,
      linkerSettings: [.linkedLibrary("hdf5_serial", .when(platforms: [.linux]))]),
    .target(name: "LinearAlgebra", dependencies: ["CLAPACKE", "CARPACK"], swiftSettings: swiftSettings),
    .target(
      name: "Metrics", dependencies: ["Adversarial", "Components", "LinearAlgebra", "Networks", "Tensors"], swiftSettings: swiftSettings),
    .target(name: "Reports", swiftSettings: swiftSettings),
    .target(
      name: "Diagnostics", dependencies: ["Adversarial", "Components", "LinearAlgebra", "Metrics", "Networks", "Reports", "Tensors"],
      swiftSettings: swiftSettings),
    .target(
      name: "Studies", dependencies: ["Adversarial", "Checkpoints", "Components", "Datasets", "Metrics", "Networks", "Reports", "Tensors"],
      swiftSettings: swiftSettings),

    // The parts: concrete components, written against the public API of the frame only.
    .target(
      name: "Layers", dependencies: ["Components", "Networks", "Tensors"], path: "Plugins/Layers", packageAccess: false,
      swiftSettings: swiftSettings),
    .target(
      name: "Losses", dependencies: ["Adversarial", "Components", "Layers", "Networks", "Tensors"], path: "Plugins/Losses",
      packageAccess: false,
      swiftSettings: swiftSettings),
    .target(
      name: "Optimizers", dependencies: ["Adversarial", "Components", "Networks", "Tensors"], path: "Plugins/Optimizers",
      packageAccess: false,
      swiftSettings: swiftSettings),
    .target(
      name: "UpdateRules", dependencies: ["Adversarial", "Components", "Networks", "Tensors"], path: "Plugins/UpdateRules",
      packageAccess: false,
      swiftSettings: swiftSettings),
    .target(
      name: "Heuristics", dependencies: ["Adversarial", "Components", "Networks", "Tensors"], path: "Plugins/Heuristics",
      packageAccess: false,
      swiftSettings: swiftSettings),
    .target(
      name: "DatasetParts", dependencies: ["Adversarial", "Checkpoints", "Components", "Datasets", "Networks", "Tensors"],
      path: "Plugins/Datasets",
      packageAccess: false, swiftSettings: swiftSettings),
    .target(
      name: "MetricParts", dependencies: ["Adversarial", "Checkpoints", "Components", "LinearAlgebra", "Metrics", "Tensors"],
      path: "Plugins/Metrics", packageAccess: false, swiftSettings: swiftSettings),
    .target(
      name: "DiagnosticParts",
      dependencies: [
        "Adversarial", "Components", "Diagnostics", "LinearAlgebra", "MetricParts", "Metrics", "Networks", "Reports", "Tensors",
      ],
      path: "Plugins/Diagnostics", packageAccess: false, swiftSettings: swiftSettings),

    .target(
      name: "Recipes",
      dependencies: ["Adversarial", "Components", "Heuristics", "Layers", "Losses", "Networks", "Optimizers", "UpdateRules"],
      path: "Plugins/Recipes", packageAccess: false, swiftSettings: swiftSettings),

    // Saved runs: checkpoints of trainers, networks out of files, and the registry of all that comes with Rival.
    .target(
      name: "Runs",
      dependencies: [
        "Adversarial", "Checkpoints", "Components", "DatasetParts", "DiagnosticParts", "Heuristics", "Layers", "Losses", "MetricParts",
        "Metrics", "Networks", "Optimizers", "Recipes", "Studies", "Tensors", "UpdateRules",
      ], swiftSettings: swiftSettings),

    // Networks for other programs, and weights out of theirs: ONNX, Keras, PyTorch's layout.
    .target(name: "Exchange", dependencies: ["Checkpoints", "Graph", "Networks", "Runs", "Tensors"], swiftSettings: swiftSettings),

    // The umbrella, which holds no code; the command line, the conformance kits.
    .target(
      name: "Rival",
      dependencies: [
        "Adversarial", "Checkpoints", "Components", "DatasetParts", "Datasets", "DiagnosticParts", "Diagnostics", "Exchange",
        "Heuristics", "Layers", "LinearAlgebra", "Losses", "MetricParts", "Metrics", "Networks", "Optimizers", "Recipes", "Reports", "Runs",
        "Studies",
        "Tensors",
        "UpdateRules",
      ], swiftSettings: swiftSettings),
    .target(
      name: "RivalCommand",
      dependencies: [
        "DeviceInstallation", "Rival", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(name: "rival-cli", dependencies: ["RivalCommand"], path: "Sources/rival", swiftSettings: swiftSettings),
    .target(
      name: "RivalTesting", dependencies: ["Adversarial", "Checkpoints", "Components", "Metrics", "Networks", "Rival", "Tensors"],
      swiftSettings: swiftSettings),

    // Programs of one file each, which .ci/check-examples runs.
    .executableTarget(
      name: "first-program", dependencies: ["Rival"], path: "Examples/FirstProgram", packageAccess: false, swiftSettings: swiftSettings),
    .executableTarget(
      name: "own-data", dependencies: ["Rival"], path: "Examples/OwnData", packageAccess: false, swiftSettings: swiftSettings),
    .executableTarget(
      name: "own-trick", dependencies: ["Rival"], path: "Examples/OwnTrick", packageAccess: false, swiftSettings: swiftSettings),
    .executableTarget(
      name: "small-study", dependencies: ["Rival"], path: "Examples/SmallStudy", packageAccess: false, swiftSettings: swiftSettings),
    .executableTarget(
      name: "conditional-digits", dependencies: ["Rival"], path: "Examples/ConditionalDigits", packageAccess: false,
      swiftSettings: swiftSettings),

    .executableTarget(
      name: "rival-fuzz", dependencies: ["Adversarial", "DatasetParts", "Datasets", "Exchange"], path: "Tests/Fuzzing",
      swiftSettings: swiftSettings),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(
      name: "TensorsTests",
      dependencies: [
        "Tensors", "Graph", "CPUExecutor", "ReferenceExecutor", "XLAExecutor", "CKernels", "COneDNN", "COpenBLAS", "CAllocationCounter",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "NetworksTests", dependencies: ["Components", "Layers", "Networks", "Rival", "RivalTesting", "Tensors"], exclude: ["Fixtures"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "AdversarialTests", dependencies: ["Adversarial", "Rival", "RivalTesting"], exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .testTarget(name: "GamesTests", dependencies: ["Rival", "RivalCommand", "RivalTesting"], swiftSettings: swiftSettings),
    .testTarget(
      name: "DatasetsTests",
      dependencies: [
        "Adversarial", "CTurboJPEG", "Components", "DatasetParts", "Datasets", "Networks", "Rival", "RivalTesting", "Tensors",
      ],
      swiftSettings: swiftSettings),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "Datasets"], swiftSettings: swiftSettings),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"], swiftSettings: swiftSettings),
    .testTarget(
      name: "MetricsTests",
      dependencies: [
        "Adversarial", "Components", "LinearAlgebra", "MetricParts", "Metrics", "Networks", "Rival", "RivalTesting", "Tensors",
      ],
      swiftSettings: swiftSettings),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Rival", "RivalTesting"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ExchangeTests", dependencies: ["Checkpoints", "Exchange", "Rival"], exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints"], swiftSettings: swiftSettings),
    .testTarget(
      name: "StudiesTests",
      dependencies: [
        "Adversarial", "Checkpoints", "Components", "MetricParts", "Metrics", "Networks", "Reports", "Rival", "RivalTesting", "Studies",
        "Tensors",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "DeviceInstallationTests", dependencies: ["DeviceInstallation"], exclude: ["Fixtures"], swiftSettings: swiftSettings),
    .testTarget(name: "CommandTests", dependencies: ["DeviceInstallation", "RivalCommand", "Rival"], swiftSettings: swiftSettings),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)
