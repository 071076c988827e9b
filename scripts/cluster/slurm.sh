#!/usr/bin/env bash
# Workers of one study as a Slurm array job; all of them run the same command. From the workspace's folder:
#   export CRUCIBLE_STORE=postgres://me@db.example/studies     (the password: ~/.pgpass, or PGPASSWORD in the environment)
#   dotnet fsi build.fsx build
#   sbatch --array=1-8 scripts/cluster/slurm.sh scripts/sweep.fsx --trials 1000
#SBATCH --job-name=crucible
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=01:00:00
#SBATCH --output=reports/slurm-%A-%a.log
#SBATCH --requeue
#SBATCH --signal=B:TERM@60
# A minute before the time is over, the worker is asked to end: it gives its trial back with its checkpoint.
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "slurm.sh: name the script to run and its options, as scripts/sweep.fsx --trials 1000" >&2
    exit 2
fi
if [ -z "${CRUCIBLE_STORE:-}" ]; then
    echo "slurm.sh: set CRUCIBLE_STORE to the store of the study, as postgres://me@db.example/studies" >&2
    exit 2
fi
if [[ $CRUCIBLE_STORE =~ ^[a-z]+://[^/@]*:[^/@]*@ ]]; then
    echo "slurm.sh: CRUCIBLE_STORE has a password, which everybody on the machine could read in the list of processes. Put it into ~/.pgpass or PGPASSWORD." >&2
    exit 2
fi

cd "${SLURM_SUBMIT_DIR:-.}"
echo "worker ${SLURM_ARRAY_TASK_ID:-1} on $(hostname)"
exec dotnet fsi "$@" --store "$CRUCIBLE_STORE" --threads "${SLURM_CPUS_PER_TASK:-2}"
