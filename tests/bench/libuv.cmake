# Callbacks of a shared libuv, as they are and under `loopscope run`.
add_executable(bench_libuv ${CMAKE_CURRENT_LIST_DIR}/bench_libuv.c)
ls_target(bench_libuv PLAIN)
target_compile_definitions(bench_libuv PRIVATE _GNU_SOURCE)
target_link_libraries(bench_libuv PRIVATE PkgConfig::LIBUV)
add_dependencies(bench_libuv loopscope_cli loopscope_collector loopscope_shared)
add_test(NAME bench_libuv COMMAND bench_libuv --quick
    $<TARGET_FILE:loopscope_cli>)
set_tests_properties(bench_libuv PROPERTIES TIMEOUT 120)
