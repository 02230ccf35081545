#!/usr/bin/env bash
# Prints the ID of the key with this alias, and creates the key first where there is none.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: create-if-missing.sh ALIAS [FLAG...]

  ALIAS    name of the key
  FLAG...  flags of `kmsctl create`: --description, --admin, --tag, ...

Prints the key's ID on stdout, whether the key was there or not. Ends with the
exit code of kmsctl. May run as often as you like: it never makes a second key.

  KMSCTL    the kmsctl to call (kmsctl)
  ATTEMPTS  how often to try where nothing was changed and AWS is out of reach (3)
  PAUSE     seconds between them (5)
TEXT
}

kmsctl=${KMSCTL:-kmsctl}
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | -*) usage >&2; exit 2 ;;
esac
alias=$1
shift

attempt=1
while :; do
  status=0
  id=$("$kmsctl" create --alias "$alias" --if-not-exists --quiet "$@") || status=$?
  # 9: certainly nothing was changed, so it may be tried again. Nothing else may.
  if [ "$status" -ne 9 ] || [ "$attempt" -ge "${ATTEMPTS:-3}" ]; then break; fi
  attempt=$((attempt + 1))
  sleep "${PAUSE:-5}"
done

case $status in
  0) printf '%s\n' "$id" ;;
  5) echo "$alias: its key is disabled or pending deletion; see the hints above" >&2 ;;
  6) echo "$alias: its key is not what was asked for; nothing was changed" >&2 ;;
  7) echo "$alias: the key was made, and not all of the rest; see what is missing above" >&2 ;;
  8) echo "$alias: whether a key was made is not known; look, as said above, before the next try" >&2 ;;
esac
exit "$status"
