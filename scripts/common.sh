# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# common.sh - what the scripts share. Sourced, not run: it sets `top` to the
# project's folder, and does nothing else until asked.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# What the trees need to be configured, built and run, and the tests besides.
# shellcheck disable=SC2034 # used by those who source this
build_packages=(gcc libc6-dev cmake ninja-build pkg-config libuv1-dev
    libsdl2-dev libsdl2-ttf-dev libcjson-dev libdw-dev zlib1g-dev
    libcurl4-openssl-dev libfontconfig-dev fontconfig fonts-dejavu-core
    libcmocka-dev libiberty-dev)
# What the demo runs that knows nothing of loopscope.
# shellcheck disable=SC2034
demo_packages=(python3)
# shellcheck disable=SC2034
test_packages=(g++ xvfb xdotool python3 libevent-dev libev-dev)
# The real programs of scripts/real-programs; tests skip those that are missing.
# shellcheck disable=SC2034
real_packages=(nodejs redis-server nginx-core libnginx-mod-http-perl
    libnginx-mod-http-lua neovim python3-uvloop curl wget git make util-linux)

say() {
    printf '%s: %s\n' "${0##*/}" "$*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# usage: print the comment that opens the calling script, from its third line.
usage() {
    sed -n '3,/^[^#]*$/s/^# \{0,1\}//p' "$0"
}

# missing PACKAGE...: print those that are not installed.
missing() {
    local package state
    for package in "$@"; do
        state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)
        [ "$state" = 'install ok installed' ] || printf '%s\n' "$package"
    done
}

# install_missing PACKAGE...: with apt, as root or by sudo; says what.
install_missing() {
    local as_root=() lacking
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian machine, installing nothing; needed are: $*"
        return 0
    fi
    mapfile -t lacking < <(missing "$@")
    if [ ${#lacking[@]} -eq 0 ]; then
        say "all packages are there: $*"
        return 0
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "these packages are missing, and" \
            "there is neither root nor sudo to install them: ${lacking[*]}"
        as_root=(sudo)
    fi
    say "installing with apt-get: ${lacking[*]}"
    apt_get "${as_root[@]}" -- update -qq ||
        say "apt-get update failed; trying with the lists that are there"
    apt_get "${as_root[@]}" -- install -y -qq --no-install-recommends \
        "${lacking[@]}" || die "apt-get could not install: ${lacking[*]}"
}

# apt_get [sudo] -- ARG...: one apt-get that asks nothing and prints only what
# went wrong.
apt_get() {
    local as_root=() log code=0
    while [ "$1" != -- ]; do
        as_root+=("$1")
        shift
    done
    shift
    log=$(mktemp)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get \
        -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1 </dev/null || code=$?
    [ $code -eq 0 ] || tail -n 20 "$log" >&2
    rm -f "$log"
    return $code
}

# configure PRESET: make one of the presets' trees; prints only what went wrong.
configure() {
    cmake -S "$top" --preset "$1" >"$(log_of "$1")" 2>&1 || {
        tail -n 40 "$(log_of "$1")" >&2
        return 1
    }
}

# build PRESET [TARGET...]: all of that tree, or some targets.
build() {
    local preset=$1
    shift
    say "building the $preset tree in build/$preset"
    configure "$preset" &&
        cmake --build "$top/build/$preset" --parallel "$(nproc)" \
            ${1:+--target "$@"}
}

# Where addresses are spread over more bits than the sanitizers of gcc 12 know,
# they stop at the start now and then; without spreading they never do.
# shellcheck disable=SC2034
fixed_addresses=()
if setarch "$(uname -m)" -R true 2>/dev/null; then
    fixed_addresses=(setarch "$(uname -m)" -R)
fi

# log_of PRESET: where the output of configuring goes.
log_of() {
    mkdir -p "$top/build"
    printf '%s/build/%s-configure.log\n' "$top" "$1"
}
