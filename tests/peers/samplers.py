"""The best values that Optuna's samplers find on four test functions, beside which the benchmark `samplers` puts ours.

    python3 samplers.py [seeds]  > cases/samplers.json     (Debian: apt-get install python3-optuna python3-cmaes python3-scipy)

100 trials one after another, seeds 0 to seeds - 1 (20), medians over the seeds. Samplers with their defaults; TPE both as it is by default and multivariate.
"""
import json
import math
import statistics
import sys
import time
import warnings

import optuna

TRIALS = 100
warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

ALPHA = [1.0, 1.2, 3.0, 3.2]
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [[0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
     [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381]]


def vector(trial, count, low, high):
    return [trial.suggest_float(f"x{i}", low, high) for i in range(count)]


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    return (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    x = vector(trial, 6, 0, 1)
    return -sum(alpha * math.exp(-sum(a * (v - p) ** 2 for a, v, p in zip(row, x, place))) for alpha, row, place in zip(ALPHA, A, P))


def ackley10(trial):
    x = vector(trial, 10, -32.768, 32.768)
    return -20 * math.exp(-0.2 * math.sqrt(statistics.mean(v * v for v in x))) - math.exp(statistics.mean(math.cos(2 * math.pi * v) for v in x)) + 20 + math.e


def rosenbrock10(trial):
    x = vector(trial, 10, -5, 10)
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "Sobol": lambda seed: optuna.samplers.QMCSampler(seed=seed, scramble=True),
    "TPE": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
    "TPE, each parameter alone": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "CMA-ES": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
}


def best(function, sampler, seed):
    study = optuna.create_study(sampler=sampler(seed))
    study.optimize(function, n_trials=TRIALS)
    return study.best_value


def main():
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    results = {}
    for function in (branin, hartmann6, ackley10, rosenbrock10):
        for name, sampler in SAMPLERS.items():
            start = time.process_time()
            values = [best(function, sampler, seed) for seed in range(seeds)]
            seconds = (time.process_time() - start) / (seeds * TRIALS)
            results.setdefault(function.__name__, {})[name] = {"median": statistics.median(values), "values": values, "milliseconds a trial": round(1000 * seconds, 3)}
            print(function.__name__, name, statistics.median(values), file=sys.stderr)
    json.dump({"program": "samplers.py", "optuna": optuna.__version__, "trials": TRIALS, "seeds": seeds, "results": results}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
