"""What Optuna's samplers find on the functions of the suite, beside which the benchmark `suite` puts ours.

    python3 suite.py BENCHMARKS.dll [seeds [samplers…]] > cases/suite.json
    (Debian: apt-get install python3-optuna python3-cmaes python3-scipy; first: dotnet build -c Release tests/Crucible.Benchmarks)

300 trials one after another, seeds 0 to seeds - 1 (20). The functions stand once, in tests/Crucible.Benchmarks/Studies/Suite: a process of
that program evaluates them. Kept is, after 60, 100, 150 and 300 trials, the true value at the place whose told value is the best so far.
"""
import json
import subprocess
import sys
import time
import warnings

import optuna

BUDGETS = [60, 100, 150, 300]
warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "TPE": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "TPE, multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True, constant_liar=True),
    "CMA-ES": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
}


class Functions:
    """The functions, evaluated by a process of ours."""

    def __init__(self, program):
        self.process = subprocess.Popen(["dotnet", program, "suite-serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def value(self, name, seed, trial):
        self.say(f"{name} {seed} {trial.number}")
        while True:
            kind, *words = self.process.stdout.readline().split()
            if kind == "value":
                return float(words[0]), float(words[1])
            if kind == "float":
                log, step = words[3] == "1", float(words[4])
                self.say(repr(float(trial.suggest_float(words[0], float(words[1]), float(words[2]), log=log, step=step or None))))
            elif kind == "int":
                self.say(int(trial.suggest_int(words[0], int(words[1]), int(words[2]), log=words[3] == "1")))
            else:
                self.say(int(trial.suggest_categorical(words[0], list(range(int(words[1]))))))


def search(functions, name, sampler, seed):
    best, found = (float("inf"), float("inf")), []

    def objective(trial):
        nonlocal best
        told, truth = functions.value(name, seed, trial)
        if told < best[0]:
            best = (told, truth)
        if trial.number + 1 in BUDGETS:
            found.append(best[1])
        return told

    study = optuna.create_study(sampler=sampler(seed))
    study.optimize(objective, n_trials=BUDGETS[-1])
    return found


def main():
    program, chosen = sys.argv[1], sys.argv[3:] or list(SAMPLERS)
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    functions = Functions(program)
    names = subprocess.run(["dotnet", program, "suite-serve", "names"], capture_output=True, text=True, check=True).stdout.split()
    results = {}
    for name in names:
        for sampler in chosen:
            start = time.process_time()
            found = [search(functions, name, SAMPLERS[sampler], seed) for seed in range(seeds)]
            seconds = time.process_time() - start
            results.setdefault(sampler, {})[name] = [[float(f"{value:.6g}") for value in row] for row in found]
            print(f"{name} {sampler} {seconds / seeds:.2f} s a study", file=sys.stderr, flush=True)
    json.dump({"optuna": optuna.__version__, "budgets": BUDGETS, "seeds": seeds, "results": results}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
