#!/bin/sh
# SPDX-License-Identifier: MIT
# window.sh VIEWER DATA: a window under Xvfb, driven by keys: it opens, shows
# help, saves pictures beside the trace without overwriting, and quits with 0.
set -eu
viewer=$1 data=$2
dir=$(mktemp -d)
server= view=
finish() {
    [ -z "$view" ] || kill "$view" 2>/dev/null || :
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    rm -rf "$dir"
}
trap finish EXIT
cd "$dir"

fail() {
    echo "FAIL: $*" >&2
    [ ! -s err ] || cat err >&2
    exit 1
}

# until_true SECONDS COMMAND...
until_true() {
    tries=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}

# The server chooses a free display and says which.
Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>display 2>/dev/null &
server=$!
until_true 20 test -s display || fail "no X server"
DISPLAY=:$(cat display)
export DISPLAY SDL_VIDEODRIVER=x11 XDG_STATE_HOME=$dir/state
unset WAYLAND_DISPLAY
# Leaks of the display's libraries are not ours; ours show in the other tests.
export ASAN_OPTIONS=detect_leaks=0

cp "$data/bad_example.json" trace.json
"$viewer" trace.json >out 2>err &
view=$!
find_window() {
    window=$(xdotool search --onlyvisible --name 'trace.json - loopscope')
}
until_true 60 find_window || fail "no window"
xdotool windowfocus "$window" || :
key() {
    xdotool key --window "$window" "$@"
}

until_picture() {
    key F12
    until_true 20 test -s "$1" || fail "no picture $1"
    # It is written when its end is there.
    until_true 20 "$PIXELS" "$1" || fail "$1 is broken"
}

until_picture trace-1.png
[ "$("$PIXELS" trace-1.png)" = 1280x720 ] || fail "size of the picture"
[ "$("$PIXELS" trace-1.png e8622c 180 150 930 690)" -gt 5000 ] ||
    fail "no stall in sight"

sum=$(cksum <trace-1.png)
key t
until_picture trace-2.png
[ "$(cksum <trace-1.png)" = "$sum" ] || fail "a picture was overwritten"
[ "$("$PIXELS" trace-2.png d5430f 180 150 930 690)" -gt 3000 ] ||
    fail "T does not change the theme"

# Zoomed in and moved; the mouse; help and away; a small window.
key w w d n comma period 0 f question
key Escape Escape
xdotool mousemove --window "$window" 400 200 click 1 click 4 click 5
xdotool windowsize "$window" 700 400
until_picture trace-3.png
kill -0 "$view" 2>/dev/null || fail "it ended"

# An idle window costs nothing: less than 50 ms of a second.
ticks() {
    awk '{print $14 + $15}' "/proc/$view/stat"
}
sleep 0.5
before=$(ticks)
sleep 1
[ $(($(ticks) - before)) -le 5 ] || fail "an idle window is busy"

key ctrl+q || : # the window may be gone before the key is up
status=0
wait "$view" || status=$?
view=
[ $status -eq 0 ] || fail "exit $status"
[ ! -s err ] || fail "it complained"
