#!/usr/bin/env bash
# Switches keys off at once, and keeps a record of those that were on, for emergency-enable.sh.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: emergency-disable.sh RECORD KEY...

  RECORD  a file that does not exist yet; gets the ARN of each key that was on
  KEY...  the keys; with - alone, those that standard input names, one a line

Everything that uses the keys stops working. It does not ask. A key that was off
before is not in RECORD, so that emergency-enable.sh leaves it off. One key that
fails does not stop the others: then it ends with 7, and names it.

  KMSCTL  the kmsctl to call (kmsctl)
TEXT
}

kmsctl=${KMSCTL:-kmsctl}
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  -*) usage >&2; exit 2 ;;
esac
[ "$#" -ge 2 ] || { usage >&2; exit 2; }
record=$1
shift

if [ "$#" -eq 1 ] && [ "$1" = - ]; then keys=$(cat); else keys=$(printf '%s\n' "$@"); fi

# Never over the record of another emergency.
if ! (set -o noclobber; : >"$record") 2>/dev/null; then
  echo "$record is there already, or cannot be written: nothing was changed" >&2
  exit 2
fi

# The record comes first: what the plan would change is what is on now.
status=0
plan=$(printf '%s\n' "$keys" | "$kmsctl" disable - --dry-run --json) || status=$?
case $status in
  0 | 7) ;;
  *) rm -f "$record"; echo "none of the keys can be switched off: nothing was changed" >&2 ;;
esac
if [ "$status" -ne 0 ]; then
  printf '%s' "$plan" | node -e '
    const { warnings = [], results = [], error } = JSON.parse(require("fs").readFileSync(0, "utf8"))
    const failed = results.map((key) => `${key.key}: ${key.error.message}`)
    for (const line of error ? [error.message, ...error.hints] : [...warnings, ...failed]) console.error(line)
  '
fi
if [ ! -e "$record" ]; then exit "$status"; fi
printf '%s' "$plan" | node -e '
  const { calls } = JSON.parse(require("fs").readFileSync(0, "utf8"))
  for (const { input } of calls) console.log(input.KeyId)
' >"$record"

status=0
printf '%s\n' "$keys" | "$kmsctl" disable - --yes || status=$?
echo "undo: emergency-enable.sh $record" >&2
exit "$status"
