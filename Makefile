# make demo     installs what is missing, builds, and compares four tricks with a baseline on the ring of Gaussians, each at its own best learning rates
# make test     builds and passes all tests
# make help     the rest

# The demo: rounds of each trial, seeds, the grid of learning rates (generator/discriminator), where the results go.
ROUNDS ?= 2000
SEEDS ?= 10
RATES ?= 1e-3/1e-4,1e-3,3e-4/1e-3
OUT ?= runs/demo
VARIANTS ?= baseline,label-smoothing,feature-matching,minibatch-discrimination,r1-penalty:gamma=1

# Tests are built in release (the C kernels are slow without optimization) and apart from the product, whose flags differ.
TESTING = -c release -Xswiftc -enable-testing --scratch-path .build/testing
FORMATTED = Sources Plugins Tests Examples Package.swift

.PHONY: demo build test fuzz mutations builds template examples documentation reference format lint house bench picture dependencies clean help

demo: build
	.build/release/rival compare ring --variants $(VARIANTS) --tune $(RATES) --tune-seeds 2 --seeds $(SEEDS) --until $(ROUNDS) \
		--evaluations 5 --out $(OUT)
	@echo "The report: $(abspath $(OUT))/report.html"

build: dependencies
	swift build -c release --product rival

test: dependencies
	swift test $(TESTING)

# Changed files of every format against its reader, in processes of their own; files that crash it are left in .build/fuzz.
fuzz: dependencies
	swift run $(TESTING) rival-fuzz $(FORMATS)

# Checkpoints and HDF5 files with mutated structures, every checksum made right again; checkpoints with mutated configurations, under a limit of memory.
MUTATIONS ?= 100000
CONFIGURATIONS ?= 300

mutations: dependencies
	RIVAL_MUTATIONS=$(MUTATIONS) RIVAL_CONFIGURATIONS=$(CONFIGURATIONS) swift test $(TESTING) --filter MutationTests

# The package as others meet it: a versioned dependency, without pkg-config, its writer of checkpoints under the thread sanitizer.
builds: dependencies
	.ci/check-builds

# The example of a plugin package: its tests, and its own program trained, saved and resumed.
template: dependencies
	.ci/check-template

# Every Swift block of the documentation compiles.
documentation: dependencies
	swift build $(TESTING)
	.ci/check-documentation .build/testing/release

# The programs of Examples/, and the pictures that they leave; programs that commands print, and the bytes that they leave.
examples: dependencies
	swift build $(TESTING)
	.ci/check-examples .build/testing/release
	.ci/check-printed-programs .build/testing/release

# The API reference, whose links all lead somewhere.
reference: dependencies
	swift build $(TESTING)
	.ci/check-reference .build/testing/release

format:
	swift format --in-place --parallel --recursive $(FORMATTED)

lint:
	swift format lint --strict --parallel --recursive $(FORMATTED)

# Draws the modules and their folders; fails where a dependency is not declared or goes in a circle.
house:
	.ci/check-house

# Side by side with PyTorch and JAX; the first run downloads both.
bench: dependencies
	Benchmarks/compare

# The picture in README.md: the demo's report as a browser shows it.
picture: demo
	.ci/install-dependencies --pictures
	.ci/take-picture $(OUT)/report.html Docs/images/report.png

dependencies:
	@.ci/install-dependencies
	@command -v swift >/dev/null || { echo "There is no 'swift'. Install Swift 6.1 or later: https://swift.org/install" >&2; exit 1; }

clean:
	rm -rf .build runs

help:
	@echo "make demo            compare four tricks with a baseline (ROUNDS=$(ROUNDS) SEEDS=$(SEEDS) RATES=$(RATES) OUT=$(OUT))"
	@echo "make build           build .build/release/rival"
	@echo "make test            build and run all tests"
	@echo "make builds          the package as a versioned dependency, without pkg-config, under the thread sanitizer"
	@echo "make mutations       read checkpoints with mutated structures and right checksums (MUTATIONS=$(MUTATIONS) CONFIGURATIONS=$(CONFIGURATIONS))"
	@echo "make fuzz            try the readers of files with changed ones (RIVAL_FUZZ_SECONDS=60 FORMATS=all)"
	@echo "make template        build, test and run the example of a plugin package"
	@echo "make documentation   check that the documentation's Swift code compiles"
	@echo "make examples        build and run the programs of Examples/"
	@echo "make reference       build the API reference (.build/reference) and check its links"
	@echo "make format, lint    lay out the source, or check that it is laid out"
	@echo "make house           draw the modules, and check what they import"
	@echo "make bench           compare the speed with PyTorch and JAX"
	@echo "make picture         take the picture of README.md"
	@echo "make clean           remove build products and runs"
