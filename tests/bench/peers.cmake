# The same question asked of other recorders, as far as Debian has them:
# built by name only, run by scripts/bench.
set(peers ${CMAKE_CURRENT_LIST_DIR}/peers)

add_executable(bench_peer_uftrace EXCLUDE_FROM_ALL
    ${peers}/uftrace.c ${peers}/measure.c)
ls_target(bench_peer_uftrace)
set_source_files_properties(${peers}/uftrace.c PROPERTIES
    COMPILE_OPTIONS -finstrument-functions)

pkg_check_modules(LTTNG_UST QUIET IMPORTED_TARGET lttng-ust)
if(LTTNG_UST_FOUND)
    add_executable(bench_peer_lttng EXCLUDE_FROM_ALL
        ${peers}/lttng.c ${peers}/measure.c)
    ls_target(bench_peer_lttng)
    # LTTng's own macros do not keep to these.
    target_compile_options(bench_peer_lttng PRIVATE
        -Wno-shadow -Wno-missing-prototypes -Wno-strict-prototypes
        -Wno-pointer-arith)
    target_link_libraries(bench_peer_lttng PRIVATE PkgConfig::LTTNG_UST)
endif()
