#!/bin/sh
# SPDX-License-Identifier: MIT
# drive.sh VIEWER DATA: a user's way through a window under Xvfb, by keys and
# mouse. After each step a picture is saved as SVG, in which text is text: what
# can be read there is the state that is checked.
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
    [ -z "${KEEP:-}" ] || cp -r "$dir" "$KEEP"
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

Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3>display 2>/dev/null &
server=$!
until_true 20 test -s display || fail "no X server"
DISPLAY=:$(cat display)
export DISPLAY SDL_VIDEODRIVER=x11 XDG_STATE_HOME=$dir/state
unset WAYLAND_DISPLAY
export ASAN_OPTIONS=detect_leaks=0

find_window() {
    window=$(xdotool search --onlyvisible --name '[.]json.* - loopscope')
}
open_window() {
    "$viewer" "$@" >out 2>err &
    view=$!
    until_true 60 find_window || fail "no window"
    xdotool windowfocus "$window" || :
}
key() {
    xdotool key --window "$window" "$@"
}
type_text() {
    xdotool type --window "$window" "$1"
}
is_gone() {
    key ctrl+q || :
    sleep 0.2
    ! kill -0 "$view" 2>/dev/null
}
close_window() {
    until_true 10 is_gone || fail "Ctrl+Q does not end it"
    status=0
    wait "$view" || status=$?
    view=
    [ $status -eq 0 ] || fail "exit $status"
    sleep 1 # without clients the server begins anew
}

shots=0
whole_svg() {
    [ "$(tail -n 1 "$1" 2>/dev/null)" = '</svg>' ]
}
# look: saves what is shown as the file $shot.
look() {
    shots=$((shots + 1))
    shot=trace-$shots.svg
    key shift+F12
    until_true 20 whole_svg "$shot" || fail "no picture $shot"
}
has_all() {
    look
    for text in "$@"; do
        grep -qF -- "$text" "$shot" || { missing=$text; return 1; }
    done
}
has_not() {
    look
    ! grep -qF -- "$1" "$shot"
}
# see STEP TEXT...: all of them can be read, at the latest when what the mouse
# and keys did has arrived (they come by different ways).
see() {
    step=$1
    shift
    looks=0
    until has_all "$@"; do
        looks=$((looks + 1))
        [ $looks -lt 8 ] || fail "$step: \"$missing\" is not shown"
    done
}
# see_not STEP TEXT
see_not() {
    looks=0
    until has_not "$2"; do
        looks=$((looks + 1))
        [ $looks -lt 8 ] || fail "$1: \"$2\" is shown"
    done
}

cp "$data/bad_example.json" trace.json
cp "$data/gather.json" second.json
open_window trace.json

see open 'trace.json' 'Stalled once.'
key Escape Escape n
see 'the worst stall' 'BLOCKED 2.00 s  sleep()  bad_example.c:31' \
    'What to do' 'Who waited'
key 0
key w w w w w w
look
before=$shot
key f f
look
positions() {
    grep -o '<rect[^>]*fill="url[^>]*' "$1"
}
[ "$(positions "$before")" != "$(positions "$shot")" ] ||
    fail "F does not zoom to the stall"

# The task that waited: found by name, its story, step by step.
key ctrl+f
type_text '^tick'
key Return
see 'search' '1 of 1<' 'ran ' '>resume<' "Longest turn: the cycle"
key Escape
see_not 'search is left' 'Search by regular expression'
key bracketright bracketright
see 'a step of the story' '1.50 s late' "This turn, the loop's cycle"

# A range, measured by the mouse; what happened in it.
key 0 6
see 'the tab of ranges' 'The whole trace'
drag_range() {
    xdotool mousemove --window "$window" 400 300 sleep 0.1 mousedown 1 \
        sleep 0.1 mousemove --window "$window" 500 301 sleep 0.1 \
        mousemove --window "$window" 600 302 sleep 0.1 mouseup 1 sleep 0.1
    look
    grep -q 'The range' "$shot"
}
drags=0
until drag_range; do
    drags=$((drags + 1))
    [ $drags -lt 8 ] || fail "a drag selects no range"
done
see 'a range' 'The range' 'sleep()'
key 3
see 'the histogram of the range' 'By name' 'none of them here'
key Escape Escape
see 'the histogram' 'p99 ' 'longest first'
key 2
see 'the timeline' 'hits await'
key 4 5 1 Escape

# A note is kept beside the trace; two marks and the time between.
key ctrl+n
type_text 'here it hangs'
key Return
until_true 10 grep -q 'here it hangs' trace.json.notes || fail "no note"
xdotool mousemove --window "$window" 400 300
sleep 0.3
key m
xdotool mousemove --window "$window" 700 300
sleep 0.3
key m
see 'marks' 'A to B '

# By name instead of by key.
key ctrl+p
type_text 'theme'
see 'the palette' '>theme<' 'dark or light'
key Return
look
grep -q 'fill="#ffffff"' "$shot" || fail "the theme is not light"

# A second trace below, and what is different.
key ctrl+d
type_text 'second'
see 'the browser' 'second.json'
key Return
until_true 20 xdotool search --name 'trace.json and second.json' ||
    fail "no second trace"
see 'two traces' 'Differences' '>gone<' 'second.json'
key ctrl+w
see_not 'alone again' 'Differences'

key F12
until_true 20 "$PIXELS" trace-1.png || fail "no picture"
xdotool windowsize "$window" 1100 640
sleep 0.5
close_window
[ ! -s err ] || fail "it complained"

# The window comes back as it was left.
open_window trace.json
shots=$(find . -name 'trace-*.svg' | wc -l)
look
grep -q 'width="1100" height="640"' "$shot" || fail "the size is forgotten"
grep -q 'fill="#ffffff"' "$shot" || fail "the theme is forgotten"
close_window

# A trace that is still being written, as it grows; and paused.
head -n 10 "$data/bad_example.json" >trace.json
open_window --follow trace.json
see 'following' 'following' '9 events'
key space
see 'paused' 'paused'
cat "$data/bad_example.json" >trace.json
sleep 1.5
see 'still paused' '9 events'
key space
all="$(grep -c '"ph"' trace.json) events"
see 'the whole trace' "$all"
close_window
