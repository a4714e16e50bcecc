# What tests of real programs share: a virtual clock, and help to run an
# example and look at its trace.
include_guard(GLOBAL)

add_library(vclock SHARED ${CMAKE_CURRENT_LIST_DIR}/vclock.c)
ls_target(vclock PLAIN)
target_compile_definitions(vclock PRIVATE _GNU_SOURCE)

# ls_scenario_test(NAME FILE): a test that runs the examples.
function(ls_scenario_test name file)
    set(support ${PROJECT_SOURCE_DIR}/tests/support)
    add_executable(${name} ${file} ${support}/run.c ${support}/scenario.c
        ${ARGN})
    ls_target(${name})
    target_compile_definitions(${name} PRIVATE
        _GNU_SOURCE
        LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        LS_EXAMPLES="$<TARGET_FILE_DIR:gather>"
        LS_COMMAND="$<TARGET_FILE:loopscope_cli>"
        LS_COLLECTOR="$<TARGET_FILE:loopscope_collector>"
        # From the example's folder: LD_PRELOAD takes no path with spaces in
        # it, but the loader looks for spaces before it knows what $ORIGIN is.
        LS_VCLOCK="$ORIGIN/../tests/libvclock.so")
    target_link_libraries(${name} PRIVATE loopscope_analysis PkgConfig::CJSON
        PkgConfig::CMOCKA)
    get_property(examples GLOBAL PROPERTY LS_EXAMPLES)
    add_dependencies(${name} vclock loopscope_cli loopscope_collector
        ${examples})
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()
