# What scripts/bench traces and does not trace, in pairs: an ordinary server on
# the shared libuv, and the clients for it and for others.
set(run ${CMAKE_CURRENT_LIST_DIR}/run)
foreach(name uv_server load)
    add_executable(bench_${name} ${run}/${name}.c)
    ls_target(bench_${name} PLAIN)
    target_compile_definitions(bench_${name} PRIVATE _GNU_SOURCE)
endforeach()
target_link_libraries(bench_uv_server PRIVATE PkgConfig::LIBUV)
