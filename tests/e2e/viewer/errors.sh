#!/bin/sh
# SPDX-License-Identifier: MIT
# errors.sh VIEWER DATA: what goes wrong is said in one line, with status 2,
# and leaves nothing behind.
set -eu
viewer=$1 data=$2
unset DISPLAY WAYLAND_DISPLAY
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

# expect LINES PATTERN ARG...: status 2, LINES on stderr, the first of them
# like PATTERN, nothing on stdout.
expect() {
    lines=$1 pattern=$2
    shift 2
    status=0
    "$viewer" "$@" >out 2>err || status=$?
    [ $status -eq 2 ] || fail "$*: exit $status: $(cat err)"
    [ "$(wc -l <err)" -eq "$lines" ] || fail "$*: $(cat err)"
    head -n 1 err | grep -q "$pattern" || fail "$*: $(cat err)"
    [ ! -s out ] || fail "$* wrote to stdout"
}

: >empty.json
head -c 4000 /dev/urandom >random.json
echo '{"a":[1,2,3]}' >other.json
mkdir folder

for input in missing.json folder empty.json random.json other.json; do
    expect 1 "^loopscope-view: $input: ." --png p.png "$input"
    [ ! -e p.png ] || fail "$input left a picture"
done

good=$data/gather.json
expect 2 "no option --wrong" --wrong
expect 2 "which trace" --png p.png
expect 2 "size takes WxH" --size 5 "$good"
expect 2 "range takes FROM..TO" --range 5s..1s "$good"
expect 1 "no finding:7" --png p.png --select finding:7 "$good"
expect 1 "no task:0x99" --png p.png --select task:0x99 "$good"
expect 1 "nowhere/p.png: No such file" --png nowhere/p.png "$good"
[ ! -e p.png ] || fail "a failure left a picture"

# No display: the way out is named.
expect 1 "no display.*--png FILE" "$good"
export SDL_VIDEODRIVER=x11
expect 1 "no display.*--png FILE" "$good"
unset SDL_VIDEODRIVER

"$viewer" --help >out 2>err
grep -q "^Usage: loopscope-view" out || fail "no usage"
[ ! -s err ] || fail "help complained"
"$viewer" --version | grep -q "^loopscope-view [0-9]" || fail "no version"

# A full disk is noticed; what is no file is never taken away (this link can
# be, without harm).
if [ -c /dev/full ]; then
    ln -s /dev/full full.png
    expect 1 "full.png: No space" --png full.png "$good"
    [ -L full.png ] || fail "a device was taken away"
fi
