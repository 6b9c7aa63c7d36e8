// `import Rival` is all that a user writes.

@_exported import Adversarial
@_exported import Checkpoints
@_exported import Components
@_exported import DatasetParts
@_exported import Datasets
@_exported import DiagnosticParts
@_exported import Diagnostics
@_exported import Exchange
@_exported import Heuristics
@_exported import Layers
@_exported import LinearAlgebra
@_exported import Losses
@_exported import MetricParts
@_exported import Metrics
@_exported import Networks
@_exported import Optimizers
@_exported import Recipes
@_exported import Reports
@_exported import Runs
@_exported import Studies
@_exported import Tensors
@_exported import UpdateRules
