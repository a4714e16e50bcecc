# Every call that is hooked, one by one: a table in programs/, the same program
# with and without loopscope in it, and a library of calls that are slow.
set(here ${CMAKE_CURRENT_LIST_DIR})
set(rows ${here}/programs/main.c ${here}/programs/descriptors.c
    ${here}/programs/files.c ${here}/programs/locks.c
    ${here}/programs/processes.c ${here}/programs/sockets.c
    ${here}/programs/stdio.c)

foreach(program rows rows_linked)
    set(target e2e_calls_${program})
    add_executable(${target} ${rows})
    ls_target(${target} PLAIN)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_compile_options(${target} PRIVATE -g)
    if(program STREQUAL "rows_linked")
        target_compile_definitions(${target} PRIVATE LINKED)
        target_link_libraries(${target} PRIVATE loopscope)
        add_dependencies(${target} loopscope_collector)
    endif()
    target_link_libraries(${target} PRIVATE PkgConfig::LIBUV Threads::Threads
        ${CMAKE_DL_LIBS})
endforeach()

add_library(e2e_calls_slow MODULE ${here}/programs/slow.c)
set_target_properties(e2e_calls_slow PROPERTIES PREFIX "" SUFFIX ".so")
target_compile_options(e2e_calls_slow PRIVATE -fno-builtin)

add_executable(e2e_calls ${here}/test_calls.c
    ${PROJECT_SOURCE_DIR}/tests/support/run.c)
ls_target(e2e_calls)
target_compile_definitions(e2e_calls PRIVATE _GNU_SOURCE
    LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    LS_LOOPSCOPE="$<TARGET_FILE:loopscope_cli>"
    LS_ROWS="$<TARGET_FILE:e2e_calls_rows>"
    LS_ROWS_LINKED="$<TARGET_FILE:e2e_calls_rows_linked>"
    LS_SLOW="$<TARGET_FILE:e2e_calls_slow>")
target_link_libraries(e2e_calls PRIVATE loopscope_analysis PkgConfig::CMOCKA)
add_dependencies(e2e_calls e2e_calls_rows e2e_calls_rows_linked e2e_calls_slow
    loopscope_cli loopscope_collector loopscope_shared)
add_test(NAME e2e_calls COMMAND e2e_calls)
set_tests_properties(e2e_calls PROPERTIES TIMEOUT 300)
