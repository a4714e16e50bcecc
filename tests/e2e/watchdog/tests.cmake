# What the watchdog sees of programs that stall in ways that no hook sees.
set(here ${CMAKE_CURRENT_LIST_DIR})

# With lines; with frame pointers and symbols only; with neither.
foreach(variant stalling stalling_plain stalling_stripped)
    set(target e2e_watchdog_${variant})
    add_executable(${target} ${here}/programs/stalling.c)
    ls_target(${target} PLAIN)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_link_libraries(${target} PRIVATE loopscope PkgConfig::LIBUV)
    list(APPEND watchdog_programs ${target})
endforeach()
target_compile_options(e2e_watchdog_stalling PRIVATE -O1 -g)
target_compile_options(e2e_watchdog_stalling_plain PRIVATE
    -O0 -g0 -fno-omit-frame-pointer)
target_link_options(e2e_watchdog_stalling_stripped PRIVATE -s
    -Wl,--build-id=sha1)

add_executable(e2e_watchdog_refusing ${here}/programs/refusing.c)
ls_target(e2e_watchdog_refusing PLAIN)
target_compile_definitions(e2e_watchdog_refusing PRIVATE _GNU_SOURCE
    LS_COLLECTOR="$<TARGET_FILE:loopscope_collector>")

add_executable(e2e_watchdog_test_stalls ${here}/test_stalls.c
    ${PROJECT_SOURCE_DIR}/tests/support/run.c)
ls_target(e2e_watchdog_test_stalls)
target_compile_definitions(e2e_watchdog_test_stalls PRIVATE _GNU_SOURCE
    LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    LS_COLLECTOR="$<TARGET_FILE:loopscope_collector>"
    LS_PROGRAMS="$<TARGET_FILE_DIR:e2e_watchdog_stalling>")
target_link_libraries(e2e_watchdog_test_stalls PRIVATE loopscope_analysis
    PkgConfig::CMOCKA)
add_dependencies(e2e_watchdog_test_stalls loopscope_collector
    e2e_watchdog_refusing ${watchdog_programs})
add_test(NAME e2e_watchdog_test_stalls COMMAND e2e_watchdog_test_stalls)
set_tests_properties(e2e_watchdog_test_stalls PROPERTIES TIMEOUT 120)
