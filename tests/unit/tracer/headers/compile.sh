#!/bin/sh
# SPDX-License-Identifier: MIT
# compile.sh LANGUAGE COMPILER HEADER...: does each header compile alone, twice
# in one file, as strict C11 (LANGUAGE c) or as C++ (c++)? Names those that
# do not; exit 1 if there is one.

language=$1
compiler=$2
shift 2
case $language in
c) standard=c11 ;;
c++) standard=c++17 ;;
esac
failed=0
for header in "$@"; do
    printf '#include "%s"\n#include "%s"\nextern int none;\n' \
        "$header" "$header" |
        "$compiler" -x "$language" -std="$standard" -pedantic -Wall -Wextra \
            -Werror -fsyntax-only - || {
        echo "not alone: $header"
        failed=1
    }
done
[ $failed -eq 1 ] || echo "$# headers compile alone as $standard"
exit $failed
