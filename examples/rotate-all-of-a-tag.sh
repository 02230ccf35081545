#!/usr/bin/env bash
# Rotates, once and now, every enabled key with a tag.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: rotate-all-of-a-tag.sh KEY=VALUE [--yes]

  KEY=VALUE  the tag
  --yes      rotate; without it, only say which keys would be rotated

A key has 25 on-demand rotations in its life. Keys that cannot rotate are named
and left. Ends with 0 when every key that can rotate was rotated, with 3 when no
key has the tag, with 4 at the first permission that is missing, with 7 when some
keys failed. A rotation whose outcome is unknown is not repeated.

  KMSCTL  the kmsctl to call (kmsctl)
TEXT
}

kmsctl=${KMSCTL:-kmsctl}
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  *=*) tag=$1 ;;
  *) usage >&2; exit 2 ;;
esac
case "${2:-}" in
  --yes) confirmed=yes ;;
  '') confirmed=no ;;
  *) usage >&2; exit 2 ;;
esac

ids=$("$kmsctl" list --tag "$tag" --state Enabled --quiet)
if [ -z "$ids" ]; then
  echo "no enabled key has the tag $tag" >&2
  exit 3
fi

rotated=0 left=0 failed=0
while IFS= read -r id; do
  status=0
  if [ "$confirmed" = yes ]; then
    "$kmsctl" rotation now "$id" --yes </dev/null >/dev/null || status=$?
  else
    "$kmsctl" rotation now "$id" --dry-run </dev/null >/dev/null || status=$?
  fi
  case $status in
    0) rotated=$((rotated + 1)); what=$([ "$confirmed" = yes ] && echo 'rotated' || echo 'would be rotated') ;;
    5) left=$((left + 1)); what='left: it cannot rotate now' ;;
    4) echo "$id: not permitted; stopped here" >&2; exit 4 ;;
    8) failed=$((failed + 1)); what='unknown: see `kmsctl rotation status` before the next try' ;;
    130 | 143) exit "$status" ;;
    *) failed=$((failed + 1)); what="failed with $status" ;;
  esac
  printf '%s  %s\n' "$id" "$what"
done <<IDS
$ids
IDS

echo "$rotated rotated, $left left, $failed failed$([ "$confirmed" = yes ] || echo ' (nothing was sent: add --yes)')" >&2
[ "$failed" -eq 0 ] || exit 7
