"""What the two scripts share: their arguments, the clock, and answering one request after another."""

import argparse
import json
import os
import resource
import statistics
import sys
import time
import traceback

import workloads


def arguments(description, ways):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("workload", nargs="?", help=f"one of {', '.join(workloads.WORKLOADS)}, with a batch size as in sngan32:256")
    parser.add_argument("--serve", action="store_true", help="read requests from standard input, one JSON object a line")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=workloads.PRECISIONS, default="float32")
    parser.add_argument("--way", choices=ways, default=ways[0])
    parser.add_argument("--rounds", type=int, default=100, help="timed rounds at most")
    parser.add_argument("--block", type=int, default=1, help="rounds between two readings of the clock, waiting for the device at each")
    parser.add_argument("--seconds", type=float, help="end after so long, with three blocks at least")
    parser.add_argument("--warmup", type=int, default=10, help="rounds before the clock starts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--channels-last", action="store_true", help="PyTorch: keep images and kernels in NHWC order")
    options = parser.parse_args()
    if not options.serve and (options.workload or "").partition(":")[0] not in workloads.WORKLOADS:
        parser.error(f"no workload is called {options.workload}; there are {', '.join(workloads.WORKLOADS)}")
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    if options.device == "cpu":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    return options


def timed(options, run, wait, began):
    """Calls `run(block)` for blocks of rounds, and returns what goes into the result."""
    for _ in range(-(-options.warmup // options.block)):
        run(options.block)
    wait()
    start = time.perf_counter()
    preparation, times, rounds = start - began, [], 0
    while rounds < options.rounds and (options.seconds is None or len(times) < 3 or time.perf_counter() - start < options.seconds):
        begin = time.perf_counter()
        run(options.block)
        wait()
        times.append((time.perf_counter() - begin) * 1000 / options.block)
        rounds += options.block
    return {
        "rounds": rounds,
        "medianMilliseconds": statistics.median(times),
        "minimumMilliseconds": min(times),
        "maximumMilliseconds": max(times),
        "preparationSeconds": preparation,
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def described(options, framework, parameters, losses):
    """What a result says of itself. Fails where a loss is not finite, since the times of such a round mean nothing."""
    if not all(abs(loss) < float("inf") for loss in losses):
        raise RuntimeError(f"the losses of the last round are not finite: {losses}")
    return {
        "name": options.workload, "framework": framework, "way": options.way, "device": options.device, "precision": options.precision,
        "batchSize": workloads.named(options.workload).batch, "threads": options.threads, "parameters": parameters, "losses": losses,
    }


def answer(options, measure):
    """Prints the result of the arguments; or, with --serve, one line for each request, which may override them."""
    if not options.serve:
        print(json.dumps(measure(options)))
        return
    results = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print stands in nobody's way
    print(json.dumps({"ready": True}), file=results, flush=True)
    for line in sys.stdin:
        request = argparse.Namespace(**(vars(options) | json.loads(line)))
        try:
            result = measure(request)
        except Exception as error:
            traceback.print_exc()
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            result = {"error": f"{type(error).__name__}: {first}"[:300]}
        print(json.dumps(result), file=results, flush=True)
