#!/bin/sh
# One line about what of Slurm is missing; in CI it is installed from the system's packages first.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
missing() {
    for program in munged slurmctld slurmd srun; do
        command -v "$program" >/dev/null || printf ' %s' "$program"
    done
}
if [ -n "$(missing)" ] && [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q || true; apt-get install -qq --yes --no-install-recommends \
        munge slurm-client slurmctld slurmd || true; } >/dev/null 2>&1
fi
if [ -n "$(missing)" ]; then
    echo "Slurm is not installed:$(missing) (Debian: munge slurm-client slurmctld slurmd)"
    exit 1
fi
