#!/bin/sh
# SPDX-License-Identifier: MIT
# png.sh VIEWER DATA: pictures without a display have the size asked for, and
# show what there is to see.
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

# draw NAME OPTION...: NAME.png is there, and nothing was said.
draw() {
    name=$1
    shift
    "$viewer" --png "$name.png" "$@" >out 2>err || fail "$name: exit $?"
    [ ! -s out ] || fail "$name wrote to stdout"
    [ ! -s err ] || fail "$name: $(cat err)"
}

expect_size() {
    size=$("$PIXELS" "$1.png")
    [ "$size" = "$2" ] || fail "$1 is $size, not $2"
}

draw bad "$data/bad_example.json"
expect_size bad 1280x720
draw gather "$data/gather.json"
draw large --size 1600x1000 --theme light "$data/gather.json"
expect_size large 1600x1000
draw dense --size 2560x1440 --scale 2 "$data/gather.json"
expect_size dense 2560x1440
draw chosen --select task:0x2 --range 0.4s..1s "$data/bad_example.json"
expect_size chosen 1280x720
draw tiny --size 64x64 "$data/bad_example.json"
expect_size tiny 64x64

# The lanes, without overview above and legend below.
lanes="180 150 930 690"
red=e8622c amber=e6a117 blue=56b4e9
[ "$("$PIXELS" bad.png $red $lanes)" -gt 5000 ] || fail "no stall in sight"
[ "$("$PIXELS" bad.png $amber $lanes)" -gt 1000 ] || fail "nobody held up"
[ "$("$PIXELS" gather.png $red $lanes)" -eq 0 ] || fail "a stall in gather"
[ "$("$PIXELS" gather.png $blue $lanes)" -gt 100 ] || fail "nothing runs"

# The same in, the same out.
draw again "$data/bad_example.json"
cmp -s bad.png again.png || fail "the picture is not always the same"

# As SVG text stays text; both can be had at once.
"$viewer" --svg both.svg --png both.png "$data/bad_example.json" ||
    fail "svg: exit $?"
cmp -s bad.png both.png || fail "the PNG is another with an SVG"
grep -q '>ready, held up 1.50 s</text>' both.svg || fail "no text in the SVG"
tail -n 1 both.svg | grep -q '^</svg>$' || fail "the SVG is not whole"

# A damaged trace is drawn, and its first trouble is one line.
"$viewer" --png killed.png "$data/killed.json" >out 2>err ||
    fail "killed: exit $?"
[ "$(wc -l <err)" -eq 1 ] || fail "killed: $(cat err)"
grep -q "^loopscope-view: .*killed.json: cut off at line 17, byte" err ||
    fail "killed: $(cat err)"
expect_size killed 1280x720
