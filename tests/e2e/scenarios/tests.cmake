# The documents' scenarios: the examples run, and their traces show what the
# documents say. Not under ThreadSanitizer, which loses track of stacks that are
# switched.
if(NOT LOOPSCOPE_EXAMPLES)
    return()
endif()
include(${PROJECT_SOURCE_DIR}/tests/support/support.cmake)

foreach(name awaits computing documents fetches http http_serve options real_time recorded
        requests rules taking_turns verdicts)
    ls_scenario_test(e2e_scenarios_${name}
        ${CMAKE_CURRENT_LIST_DIR}/test_${name}.c)
endforeach()

# The clock itself: a plain program, under it.
add_executable(e2e_scenarios_vclock ${CMAKE_CURRENT_LIST_DIR}/test_vclock.c)
ls_target(e2e_scenarios_vclock PLAIN)
target_compile_definitions(e2e_scenarios_vclock PRIVATE _GNU_SOURCE)
target_link_libraries(e2e_scenarios_vclock PRIVATE PkgConfig::CMOCKA
    Threads::Threads)
add_dependencies(e2e_scenarios_vclock vclock)
add_test(NAME e2e_scenarios_vclock COMMAND e2e_scenarios_vclock)
set_tests_properties(e2e_scenarios_vclock PROPERTIES TIMEOUT 60
    ENVIRONMENT "LD_PRELOAD=$ORIGIN/libvclock.so")

# What the example server reads from its socket.
add_executable(e2e_scenarios_http_message
    ${CMAKE_CURRENT_LIST_DIR}/test_http_message.c
    ${PROJECT_SOURCE_DIR}/examples/http/message.c)
ls_target(e2e_scenarios_http_message)
target_compile_definitions(e2e_scenarios_http_message PRIVATE _GNU_SOURCE)
target_link_libraries(e2e_scenarios_http_message PRIVATE PkgConfig::CMOCKA)
add_test(NAME e2e_scenarios_http_message COMMAND e2e_scenarios_http_message)
set_tests_properties(e2e_scenarios_http_message PROPERTIES TIMEOUT 60)
