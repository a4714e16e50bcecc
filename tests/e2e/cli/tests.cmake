# The real command, run as a user runs it.
function(ls_cli_test name)
    set(target e2e_${name})
    add_executable(${target}
        ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/test_${name}.c
        ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/shell.c ${ARGN})
    ls_target(${target})
    target_compile_definitions(${target} PRIVATE
        LS_COMMAND="$<TARGET_FILE:loopscope_cli>"
        LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE PkgConfig::CMOCKA PkgConfig::CJSON)
    add_dependencies(${target} loopscope_cli)
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES TIMEOUT 120)
endfunction()

ls_cli_test(cli ${CMAKE_CURRENT_LIST_DIR}/bad_input.c)
ls_cli_test(diff)
ls_cli_test(gate support/sarif_shape.c)

# A program for test suites: a loop in which a call blocks as long as it is told.
add_executable(waits ${CMAKE_CURRENT_LIST_DIR}/programs/waits.c)
ls_target(waits PLAIN)
target_compile_options(waits PRIVATE -g)
target_link_libraries(waits PRIVATE PkgConfig::LIBUV)
ls_cli_test(suite)
add_dependencies(e2e_suite waits loopscope_collector loopscope_shared)
target_compile_definitions(e2e_suite PRIVATE
    LS_REAL="$<TARGET_FILE:loopscope_cli>" LS_WAITS="$<TARGET_FILE:waits>"
    LS_CTEST="${CMAKE_CTEST_COMMAND}")

ls_cli_test(inject)
add_dependencies(e2e_inject waits loopscope_collector loopscope_shared)
target_compile_definitions(e2e_inject PRIVATE
    LS_REAL="$<TARGET_FILE:loopscope_cli>" LS_WAITS="$<TARGET_FILE:waits>"
    LS_CTEST="${CMAKE_CTEST_COMMAND}")

# One program, built twice: what a baseline of the one says of the other.
foreach(build OLD NEW)
    string(TOLOWER stalls_${build} program)
    add_executable(${program} ${CMAKE_CURRENT_LIST_DIR}/programs/stalls.c)
    ls_target(${program} PLAIN)
    target_link_libraries(${program} PRIVATE PkgConfig::LIBUV)
    add_dependencies(e2e_gate ${program})
    target_compile_definitions(e2e_gate PRIVATE
        LS_${build}="$<TARGET_FILE:${program}>")
endforeach()
target_compile_options(stalls_old PRIVATE -g -O0)
target_compile_options(stalls_new PRIVATE -g -O2)
target_compile_definitions(stalls_new PRIVATE NEW)
target_compile_definitions(e2e_gate PRIVATE
    LS_REAL="$<TARGET_FILE:loopscope_cli>")
add_dependencies(e2e_gate loopscope_collector loopscope_shared)
