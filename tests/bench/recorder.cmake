# What recording costs.
add_executable(bench_recorder ${CMAKE_CURRENT_LIST_DIR}/bench_recorder.c)
ls_target(bench_recorder PLAIN)
target_compile_definitions(bench_recorder PRIVATE _GNU_SOURCE)
target_link_libraries(bench_recorder PRIVATE loopscope)
add_dependencies(bench_recorder loopscope_collector)
add_test(NAME bench_recorder_quick COMMAND bench_recorder --quick)
set_tests_properties(bench_recorder_quick PROPERTIES TIMEOUT 60)
