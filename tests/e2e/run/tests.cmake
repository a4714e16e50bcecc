# `loopscope run` and `loopscope doctor`, with real processes.
set(here ${CMAKE_CURRENT_LIST_DIR})

foreach(program confined counting daemon hostile numbers polling)
    set(target e2e_run_${program})
    add_executable(${target} ${here}/programs/${program}.c)
    ls_target(${target} PLAIN)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_link_libraries(${target} PRIVATE Threads::Threads
        ${CMAKE_DL_LIBS})
    list(APPEND run_programs ${target})
endforeach()
# The same program with either kind of our library in it.
foreach(kind loopscope loopscope_shared)
    set(target e2e_run_linked_${kind})
    add_executable(${target} ${here}/programs/linked.c)
    ls_target(${target} PLAIN)
    target_link_libraries(${target} PRIVATE ${kind})
    list(APPEND run_programs ${target})
endforeach()
add_library(e2e_run_waits MODULE ${here}/programs/waits_in_constructor.c)
target_compile_definitions(e2e_run_waits PRIVATE _GNU_SOURCE LS_IS_LIBRARY)
set_target_properties(e2e_run_waits PROPERTIES PREFIX "" SUFFIX "")
add_executable(e2e_run_waiting ${here}/programs/waits_in_constructor.c)
foreach(target e2e_run_waits e2e_run_waiting)
    ls_target(${target} PLAIN)
    target_link_libraries(${target} PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
    list(APPEND run_programs ${target})
endforeach()
# What a user preloads, and what audits the loader.
foreach(library audits between)
    add_library(e2e_run_${library} MODULE ${here}/programs/${library}.c)
    target_compile_definitions(e2e_run_${library} PRIVATE _GNU_SOURCE)
    set_target_properties(e2e_run_${library} PROPERTIES PREFIX "")
    target_compile_options(e2e_run_${library} PRIVATE -fno-builtin)
    target_link_libraries(e2e_run_${library} PRIVATE ${CMAKE_DL_LIBS})
    list(APPEND run_programs e2e_run_${library})
endforeach()
add_executable(e2e_run_static ${here}/programs/counting.c)
ls_target(e2e_run_static PLAIN)
target_compile_definitions(e2e_run_static PRIVATE _GNU_SOURCE)
target_link_options(e2e_run_static PRIVATE -static)
list(APPEND run_programs e2e_run_static)

# Our hooks in a program in which nothing can be behind them.
add_executable(e2e_run_linked_static ${here}/programs/linked.c)
ls_target(e2e_run_linked_static PLAIN)
target_link_libraries(e2e_run_linked_static PRIVATE loopscope)
target_link_options(e2e_run_linked_static PRIVATE -static)
list(APPEND run_programs e2e_run_linked_static)

foreach(name hostile loops processes signals transparent)
    set(target e2e_run_test_${name})
    add_executable(${target} ${here}/test_${name}.c ${here}/same.c
        ${here}/../cli/shell.c ${here}/../../support/run.c)
    ls_target(${target})
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE
        LS_COMMAND="$<TARGET_FILE:loopscope_cli>"
        LS_COLLECTOR="$<TARGET_FILE:loopscope_collector>"
        LS_LIBRARY="$<TARGET_FILE:loopscope_shared>"
        LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        LS_PROGRAMS="$<TARGET_FILE_DIR:e2e_run_counting>")
    target_link_libraries(${target} PRIVATE loopscope_analysis
        PkgConfig::CMOCKA)
    add_dependencies(${target} ${run_programs} loopscope_cli
        loopscope_collector)
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES TIMEOUT 120)
endforeach()
