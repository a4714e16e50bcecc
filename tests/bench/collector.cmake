# What draining and writing costs the collector.
add_executable(bench_collector ${CMAKE_CURRENT_LIST_DIR}/bench_collector.c)
ls_target(bench_collector)
target_compile_definitions(bench_collector PRIVATE _GNU_SOURCE)
target_link_libraries(bench_collector PRIVATE loopscope_collect
    PkgConfig::CJSON)
add_test(NAME bench_collector_quick COMMAND bench_collector --quick)
set_tests_properties(bench_collector_quick PROPERTIES TIMEOUT 60)
