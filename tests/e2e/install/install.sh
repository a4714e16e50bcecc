#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install.sh SOURCE BUILD CHECK_FORMAT
#
# Installs the build into a staging folder, moves the prefix somewhere else,
# and there does what a user does: builds the README's program by pkg-config
# and by CMake, against the archive and the shared library, runs it, and finds
# its loop, its task and its blocking call with the installed command.

set -eu
source=$1
build=$2
check_format=$3
here=$(dirname "${BASH_SOURCE[0]}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/moved

fail() {
    echo "FAILED: $*"
    exit 1
}

# The C program that the README shows.
extract_program() {
    awk '/^```c$/ {inside = 1; next} /^```$/ {inside = 0} inside' \
        "$source/README.md" >"$1"
    grep -q ls_open "$1" || fail "no program in the README"
}

install_and_move() {
    DESTDIR=$work/stage cmake --install "$build" --prefix /opt/loopscope \
        >"$work/install.log" 2>&1 || fail "$(cat "$work/install.log")"
    mv "$work/stage/opt/loopscope" "$prefix"
    for path in bin/loopscope bin/loopscope-view libexec/loopscope-collector \
        include/loopscope.h include/loopscope_cmocka.h; do
        [ -f "$prefix/$path" ] || fail "not installed: $path"
    done
    ! grep -rqF -e "$work/stage" -e "$build" "$prefix" --include='*.pc' \
        --include='*.cmake' || fail "a package file names a build folder"
    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name loopscope.pc)")
    export PKG_CONFIG_PATH
}

# expect_order TEXT: loopscope stands before libuv on the link line.
expect_order() {
    case $1 in
    *loopscope*-luv*) ;;
    *) fail "libuv before loopscope: $1" ;;
    esac
}

# build_by_pkgconfig: tea_shared as a Makefile would, tea_static with the
# archive by its name.
build_by_pkgconfig() {
    local flags libs static
    flags=$(pkg-config --cflags loopscope)
    libs=$(pkg-config --libs libuv loopscope)
    expect_order "$libs"
    static=${libs/-lloopscope/-l:libloopscope.a}
    # shellcheck disable=SC2086 # lists of words
    (
        cd "$work"
        cc -g -Wall -Werror $flags tea.c -o tea_static $static
        cc -g -Wall -Werror $flags tea.c -o tea_shared $libs \
            -Wl,-rpath,"$(pkg-config --variable=libdir loopscope)"
    )
}

build_by_cmake() {
    mkdir "$work/outside"
    cp "$here/outside/CMakeLists.txt" "$here/outside/unblocked.c" \
        "$work/tea.c" "$work/outside"
    cmake -S "$work/outside" -B "$work/outside/build" -G Ninja \
        -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$prefix" \
        >"$work/cmake.log" 2>&1 || fail "$(cat "$work/cmake.log")"
    cmake --build "$work/outside/build" >"$work/cmake.log" 2>&1 ||
        fail "$(cat "$work/cmake.log")"
}

# gate_by_ctest: one of the three tests passes, the others fail by the check.
gate_by_ctest() {
    ctest --test-dir "$work/outside/build" --output-on-failure \
        >"$work/ctest.log" 2>&1 && fail "ctest passed: $(cat "$work/ctest.log")"
    expect ctest "$work/ctest.log" "1/3 Test #1: tea_may_block"
    expect ctest "$work/ctest.log" "33% tests passed, 2 tests failed out of 3"
    expect ctest "$work/ctest.log" "fail: tea_blocks.loopscope.json (1 error)"
    expect ctest "$work/ctest.log" "nothing-traced: "
    [ -s "$work/outside/build/tea.json.gz" ] || fail "no trace of a test"
    echo "ctest: a test that blocks fails"
}

# expect NAME FILE TEXT: FILE has TEXT in it.
expect() {
    grep -qF -e "$3" "$2" || fail "$1: no '$3' in: $(cat "$2")"
}

# try PROGRAM: run it, and look at its trace as its user would.
try() {
    local name=${1##*/} code=0 line
    local verdict=$work/$name.verdict report=$work/$name.report
    (cd "$work" && rm -f loopscope.json && "$1") || fail "$name: exit $?"
    mv "$work/loopscope.json" "$work/$name.json"
    "$check_format" "$work/$name.json"
    ! grep -q hooks_missing "$work/$name.json" || fail "$name: hooks missing"

    "$prefix/bin/loopscope" check --format json "$work/$name.json" \
        >"$verdict" || code=$?
    tr -d ' \t\n' <"$verdict" >"$verdict.short"
    [ $code -eq 1 ] || fail "$name: check exits $code: $(cat "$verdict")"
    line=$(grep -n 'usleep(' "$work/tea.c" | cut -d: -f1)
    expect "$name" "$verdict.short" '"rule":"blocking-call"'
    expect "$name" "$verdict.short" '"call":"usleep"'
    expect "$name" "$verdict.short" "\"line\":$line"
    expect "$name" "$verdict" tea.c

    LC_ALL=C "$prefix/bin/loopscope" report "$work/$name.json" >"$report" ||
        fail "$name: report"
    expect "$name" "$report" Masala
    expect "$name" "$report" usleep
    echo "$name: loop, task and blocking call are in its trace"
}

# assert_by_cmocka: a test fails with the function, line and cause as its text;
# those that give way pass, before it and after.
assert_by_cmocka() {
    local program=$work/outside/build/unblocked line
    export TMPDIR=$work/tmp
    mkdir "$TMPDIR"
    "$program" >"$work/cmocka.log" 2>&1 ||
        fail "cmocka: $(cat "$work/cmocka.log")"
    [ -z "$(ls "$TMPDIR")" ] || fail "cmocka: left $(ls "$TMPDIR")"
    ! "$program" bad >"$work/cmocka.log" 2>&1 ||
        fail "cmocka passed: $(cat "$work/cmocka.log")"
    line=$(grep -n 'usleep(' "$work/outside/unblocked.c" | cut -d: -f1)
    expect cmocka "$work/cmocka.log" "usleep() blocked the loop for 15"
    expect cmocka "$work/cmocka.log" "in load_config,"
    expect cmocka "$work/cmocka.log" "unblocked.c:$line"
    expect cmocka "$work/cmocka.log" "[  FAILED  ] test_server__blocks"
    expect cmocka "$work/cmocka.log" "[       OK ] test_server__gives_way_again"
    expect cmocka "$work/cmocka.log" "nothing-traced: $TMPDIR/loopscope-"
    expect cmocka "$work/cmocka.log" "[  FAILED  ] test_server__has_no_loop"
    unset TMPDIR
    LOOPSCOPE=off "$program" bad 2>&1 | grep -q "PASSED  . 3 test" ||
        fail "cmocka: LOOPSCOPE=off judges"
    echo "cmocka: a test that blocks fails, and says where"
}

# gate_by_make: the Makefile of the documentation.
gate_by_make() {
    mkdir "$work/make"
    awk '/^```make$/ {inside = 1; next} /^```$/ {inside = 0} inside' \
        "$source/docs/ci.md" | cmp -s - "$here/outside/Makefile" ||
        fail "docs/ci.md shows another Makefile"
    cp "$here/outside/Makefile" "$work/tea.c" "$work/make"
    export LD_LIBRARY_PATH PATH=$prefix/bin:$PATH
    LD_LIBRARY_PATH=$(pkg-config --variable=libdir loopscope)
    make -C "$work/make" check LIMIT=30s >"$work/make.log" 2>&1 ||
        fail "make: $(cat "$work/make.log")"
    ! make -C "$work/make" check >"$work/make.log" 2>&1 ||
        fail "make passed: $(cat "$work/make.log")"
    expect make "$work/make.log" "usleep() blocked the loop for 8"
    expect make "$work/make.log" "tea.c:"
    unset LD_LIBRARY_PATH
    echo "make: a program that blocks fails"
}

extract_program "$work/tea.c"
install_and_move
build_by_pkgconfig
build_by_cmake
gate_by_ctest
assert_by_cmocka
(gate_by_make)

# libloopscope.so finds the collector beside itself. A program that holds the
# archive and stands elsewhere has to be told where a moved prefix is.
unset LOOPSCOPE LOOPSCOPE_COLLECTOR
try "$work/tea_shared"
try "$work/outside/build/tea_loopscope_shared"
export LOOPSCOPE_COLLECTOR="$prefix/libexec/loopscope-collector"
try "$work/tea_static"
try "$work/outside/build/tea_loopscope"
