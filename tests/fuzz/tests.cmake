# The readers under mutated input. As an ordinary test: every trace, sample and
# odd file, and a few seconds of deterministic mutations of them. With
# libFuzzer: cmake -DCMAKE_C_COMPILER=clang -DLOOPSCOPE_FUZZ=ON, then
# fuzz_load traces tests/data tests/fuzz/odd.
option(LOOPSCOPE_FUZZ "Build the fuzz targets for libFuzzer (clang)" OFF)
set(fuzz_dir ${CMAKE_CURRENT_LIST_DIR})
add_library(loopscope_trace_dump STATIC ${fuzz_dir}/trace_dump.c)
ls_target(loopscope_trace_dump)
target_link_libraries(loopscope_trace_dump PUBLIC loopscope_analysis)
if(LOOPSCOPE_FUZZ)
    add_executable(fuzz_load ${fuzz_dir}/fuzz_load.c)
    target_compile_options(loopscope_analysis PRIVATE -fsanitize=fuzzer-no-link)
    target_compile_options(fuzz_load PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_load PRIVATE -fsanitize=fuzzer)
else()
    add_executable(fuzz_load ${fuzz_dir}/fuzz_load.c ${fuzz_dir}/mutate.c)
    add_test(NAME fuzz_load COMMAND fuzz_load --seconds 4
        ${PROJECT_SOURCE_DIR}/traces ${PROJECT_SOURCE_DIR}/tests/data
        ${fuzz_dir}/odd)
    set_tests_properties(fuzz_load PROPERTIES TIMEOUT 120)
endif()
ls_target(fuzz_load)
target_link_libraries(fuzz_load PRIVATE loopscope_trace_dump)
