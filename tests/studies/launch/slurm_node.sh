#!/usr/bin/env bash
# A SLURM for tests: `slurm_node.sh start FOLDER NODES` prints the variable that clients need, `kill FOLDER NODE` ends all
# of the node n1 or n2 at once, as if its power had failed, and `stop FOLDER` ends SLURM.
# It needs Debian's slurm-wlm and munge. All of it lies in FOLDER and runs as whoever starts it, on free ports, so that
# a SLURM of this machine is not touched.
set -euo pipefail
PATH="$PATH:/usr/sbin"
command="${1:?start, kill or stop}" state="$(realpath "${2:?a folder}")"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'; }

start() {
  local number nodes="$1"
  mkdir -p "$state"/{ctld,munge}
  chmod 700 "$state"/munge
  head -c 128 /dev/urandom > "$state/munge/key"
  chmod 600 "$state/munge/key"
  munged --force --num-threads=2 --key-file="$state/munge/key" --socket="$state/munge/socket" \
    --pid-file="$state/munge/pid" --log-file="$state/munge/log" --seed-file="$state/munge/seed"
  cat > "$state/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)
SlurmctldPort=$(free_port)
AuthType=auth/munge
AuthInfo=socket=$state/munge/socket
CredType=cred/munge
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SlurmctldPidFile=$state/slurmctld.pid
SlurmdPidFile=$state/slurmd.%n.pid
SlurmctldLogFile=$state/slurmctld.log
SlurmdLogFile=$state/slurmd.%n.log
StateSaveLocation=$state/ctld
SlurmdSpoolDir=$state/%n
SlurmdTimeout=5
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=5
ReturnToService=2
SlurmdParameters=config_overrides
$(for number in $(seq "$nodes"); do
  echo "NodeName=n$number NodeHostname=$(hostname -s) Port=$(free_port) CPUs=4 State=UNKNOWN"
done)
PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime=20
PartitionName=high Nodes=ALL PriorityTier=2 PreemptMode=OFF
CONF
  export SLURM_CONF="$state/slurm.conf"
  slurmctld
  for number in $(seq "$nodes"); do slurmd -N "n$number"; done
  for _ in $(seq 100); do
    if [[ "$(sinfo --noheader --format=%t%D --partition=low 2>/dev/null)" == "idle$nodes" ]]; then
      echo "SLURM_CONF=$SLURM_CONF"
      return
    fi
    sleep 0.2
  done
  tail -n 5 "$state"/*.log "$state/munge/log" >&2
  return 1
}

fail() {
  local environ jobs=() steps=()
  for environ in $(grep -lsz "^SLURMD_NODENAME=$1$" /proc/[0-9]*/environ); do
    jobs+=("$(cut -d/ -f3 <<< "$environ")")
  done
  mapfile -t steps < <(ps -o ppid= "${jobs[@]}" | sort -u)
  kill -KILL "$(cat "$state/slurmd.$1.pid")" "${steps[@]// /}" "${jobs[@]}" || true
}

stop() {
  local pid
  for pid in "$state"/slurmd.*.pid "$state"/slurmctld.pid "$state"/munge/pid; do
    if [[ -f "$pid" ]]; then kill "$(cat "$pid")" || true; fi
  done
  pkill -KILL -f "^srun .*$(dirname "$state")/" || true  # those of cancelled jobs wait for a node that is gone
}

case "$command" in
  start) start "${3:-1}" ;;
  kill) fail "${3:?a node}" ;;
  stop) stop ;;
esac
