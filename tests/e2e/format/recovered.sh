#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# recovered.sh LOOPSCOPE CHECK_FORMAT TRACE: the trace is cut at many places,
# inside lines and between them; what `loopscope recover` makes of each part
# keeps every rule of the format.

set -eu
loopscope=$1
check_format=$2
trace=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

size=$(wc -c <"$trace")
head=$(head -n 8 "$trace" | wc -c)
for i in $(seq 0 20); do
    # most of the places are in the middle of something, the first is not
    bytes=$((head + (size - head) * i / 21))
    head -c "$bytes" "$trace" >"$work/cut-$bytes.json"
    "$loopscope" recover -o "$work/whole-$bytes.json" "$work/cut-$bytes.json" \
        2>"$work/said" || {
        echo "FAILED: cut at byte $bytes: $(cat "$work/said")"
        exit 1
    }
done
"$check_format" "$work"/whole-*.json
