# bench_check [--quick]: the command on a big trace; --quick is a test.
add_executable(bench_check ${CMAKE_CURRENT_LIST_DIR}/bench_check.c
    ${CMAKE_CURRENT_LIST_DIR}/big_trace.c)
ls_target(bench_check)
target_link_libraries(bench_check PRIVATE PkgConfig::CJSON)
add_dependencies(bench_check loopscope_cli)
add_test(NAME bench_check_quick COMMAND bench_check --quick
    $<TARGET_FILE:loopscope_cli>)
set_tests_properties(bench_check_quick PROPERTIES TIMEOUT 120)
