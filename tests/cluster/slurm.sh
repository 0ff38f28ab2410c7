#!/bin/sh
# A Slurm cluster of two nodes on this machine, without systemd.
#
#   slurm.sh start FOLDER PORT   everything it writes lies in FOLDER; it listens on PORT to PORT + 2 of the loopback
#   slurm.sh stop FOLDER
#
# Commands reach it with SLURM_CONF=FOLDER/slurm.conf.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
folder="$2"
export SLURM_CONF="$folder/slurm.conf"

start() {
    port="$1" user="$(id -un)" host="$(hostname)"
    mkdir -p "$folder/state" "$folder/n1" "$folder/n2"
    # No cgroups and no accounting: memory is bound by the address space of a job's processes.
    cat >"$SLURM_CONF" <<CONF
ClusterName=homegolf
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.sock
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
SlurmctldPort=$port
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=700
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=1
KillWait=20
VSizeFactor=101
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 2))] CPUs=4 RealMemory=3000
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.sock" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munged.seed"
    slurmctld
    slurmd -N n1
    slurmd -N n2
    for _ in $(seq 100); do
        [ "$(sinfo --noheader --states=idle --format=%D 2>/dev/null)" = 2 ] && return
        sleep 0.2
    done
    echo "Slurm has not started: see $folder/*.log" >&2
    return 1
}

stop() {
    scancel --quiet --signal=KILL --state=RUNNING --full 2>/dev/null || true
    scancel --quiet --user="$(id -un)" 2>/dev/null || true
    scontrol shutdown || true # of the daemons of both kinds
    kill "$(cat "$folder/munged.pid")"
}

case "$1" in
    start) start "$3" ;;
    stop) stop ;;
esac
