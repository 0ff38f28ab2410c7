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
# Installed is not enough: some machines let neither of them start.
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
if ! "$(dirname "$0")/slurm.sh" start "$folder" 17817 >"$folder/said" 2>&1; then
    "$(dirname "$0")/slurm.sh" stop "$folder" >/dev/null 2>&1 || true
    echo "Slurm does not start here: $(tail -n 1 "$folder/said")"
    exit 1
fi
"$(dirname "$0")/slurm.sh" stop "$folder" >/dev/null 2>&1 || true
if ! timeout 90 "${1:-python3}" -c "import ray; ray.init(num_cpus=1, include_dashboard=False); ray.shutdown()" >"$folder/said" 2>&1; then
    echo "Ray does not start here: $(tail -n 1 "$folder/said")"
    exit 1
fi
