# bench_loader [--quick]: the loader beside cJSON alone; --quick is a test.
add_executable(bench_loader ${CMAKE_CURRENT_LIST_DIR}/bench_loader.c)
ls_target(bench_loader)
target_link_libraries(bench_loader PRIVATE loopscope_analysis)
add_test(NAME bench_loader_quick COMMAND bench_loader --quick)
set_tests_properties(bench_loader_quick PROPERTIES TIMEOUT 120)
