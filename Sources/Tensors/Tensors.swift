// Expressions, and where their values come from: the graph, the executors, and programs on them.

@_exported import CPUExecutor
@_exported import Graph
@_exported import ReferenceExecutor
@_exported import XLAExecutor

@_exported import enum DeviceInstallation.Platform
