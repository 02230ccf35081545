#!/usr/bin/env bash
# Takes a key out of use in steps that can be undone, and schedules its deletion last.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: decommission.sh disable KEY
       decommission.sh delete KEY [--confirm KEYID] [--days N]
       decommission.sh undo KEY

  disable  looks at what speaks against deleting the key, and switches it off.
           Then watch: whatever still needs the key fails, and can be mended.
  delete   schedules the deletion, if the key was switched off by `disable` at
           least OBSERVE_DAYS ago and is off still. Prints how to cancel it.
           Takes the flags of `kmsctl deletion schedule`; without a terminal
           it needs --confirm.
  undo     cancels the deletion, if there is one, and switches the key on again.

The day of `disable` is kept in the key's tag `decommission:disabled`. Ends with 5
when the key is in use or the days are not over, else with kmsctl's exit code.

  KMSCTL        the kmsctl to call (kmsctl)
  OBSERVE_DAYS  how long to watch (14)
TEXT
}

kmsctl=${KMSCTL:-kmsctl}
tag=decommission:disabled
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  disable | undo) [ "$#" -eq 2 ] || { usage >&2; exit 2; } ;;
  delete) [ "$#" -ge 2 ] || { usage >&2; exit 2; } ;;
  *) usage >&2; exit 2 ;;
esac
step=$1
key=$2
shift 2

# The value of a JavaScript expression of `it`, the JSON document on stdin.
json() {
  node -e '
    const it = JSON.parse(require("fs").readFileSync(0, "utf8"))
    const value = eval(process.argv[1])
    console.log(value == null ? "" : String(value))
  ' "$1"
}

case $step in
  disable)
    status=0
    "$kmsctl" deletion check "$key" --exit-code || status=$?
    if [ "$status" -ne 0 ]; then
      echo "$key: nothing was changed" >&2
      exit "$status"
    fi
    "$kmsctl" disable "$key" --yes >/dev/null
    "$kmsctl" tag set "$key" "$tag=$(date -u +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
    echo "$key is disabled. Watch for failures for ${OBSERVE_DAYS:-14} days, then: decommission.sh delete $key"
    echo "undo: decommission.sh undo $key"
    ;;

  delete)
    described=$("$kmsctl" describe "$key" --json)
    state=$(printf '%s' "$described" | json 'it.keyState')
    since=$(printf '%s' "$described" | json "(it.tags || {})['$tag']")
    if [ "$state" != Disabled ] || [ -z "$since" ]; then
      echo "$key was not switched off by decommission.sh disable, or is on again (state $state)" >&2
      exit 5
    fi
    latest=$(node -p 'new Date(Date.now() - process.argv[1] * 86400000).toISOString().replace(/\.\d+/, "")' "${OBSERVE_DAYS:-14}")
    if [[ "$since" > "$latest" ]]; then
      echo "$key is disabled since $since, which is less than ${OBSERVE_DAYS:-14} days ago" >&2
      exit 5
    fi
    status=0
    "$kmsctl" deletion check "$key" --exit-code >/dev/null || status=$?
    if [ "$status" -ne 0 ]; then
      echo "$key: kmsctl deletion check ends with $status; nothing was changed" >&2
      exit "$status"
    fi
    "$kmsctl" deletion schedule "$key" "$@"
    echo "cancel it before that date: decommission.sh undo $key"
    ;;

  undo)
    "$kmsctl" deletion cancel "$key" >/dev/null
    "$kmsctl" enable "$key"
    "$kmsctl" tag remove "$key" "$tag" >/dev/null
    ;;
esac
