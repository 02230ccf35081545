#!/usr/bin/env bash
# Undoes emergency-disable.sh: switches on again the keys that it switched off, and no other.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: emergency-enable.sh RECORD

  RECORD  the file that emergency-disable.sh wrote

May run again after a failure: a key that is on stays on. Ends with 0 when all
keys are on, with 7 when some are not, else with kmsctl's exit code.

  KMSCTL  the kmsctl to call (kmsctl)
TEXT
}

kmsctl=${KMSCTL:-kmsctl}
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | -*) usage >&2; exit 2 ;;
esac
record=$1

if [ ! -r "$record" ]; then
  echo "$record cannot be read" >&2
  exit 2
fi
if [ ! -s "$record" ]; then
  echo "$record is empty: no key was switched off" >&2
  exit 0
fi

status=0
"$kmsctl" enable - <"$record" || status=$?
case $status in
  0) echo "all keys of $record are on" >&2 ;;
  7) echo "some keys of $record are not on: run it again when what is named above is mended" >&2 ;;
esac
exit "$status"
