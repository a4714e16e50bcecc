# The tracer with real programs. The programs are plain; the collector and the
# tests have the tree's sanitizers.
set(here ${CMAKE_CURRENT_LIST_DIR})

foreach(program counted executing flooding forking many_loops odd opening
        reading stalled unblocked)
    set(target e2e_tracer_${program})
    add_executable(${target} ${here}/programs/${program}.c)
    ls_target(${target} PLAIN)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    # loopscope before libuv: see tracer/preload/hooks.h
    target_link_libraries(${target} PRIVATE loopscope PkgConfig::LIBUV)
    add_dependencies(${target} loopscope_collector)
    list(APPEND tracer_programs ${target})
endforeach()

# A library that records, with either kind of ours, and what unloads it.
foreach(kind loopscope loopscope_shared)
    set(plugin e2e_tracer_plugin_${kind})
    add_library(${plugin} MODULE ${here}/programs/plugin.c)
    ls_target(${plugin} PLAIN)
    set_target_properties(${plugin} PROPERTIES PREFIX "" SUFFIX "")
    target_link_libraries(${plugin} PRIVATE ${kind})
    list(APPEND tracer_programs ${plugin})
endforeach()
add_executable(e2e_tracer_unloading ${here}/programs/unloading.c)
ls_target(e2e_tracer_unloading PLAIN)
target_compile_definitions(e2e_tracer_unloading PRIVATE _GNU_SOURCE)
target_link_libraries(e2e_tracer_unloading PRIVATE Threads::Threads
    ${CMAKE_DL_LIBS})
list(APPEND tracer_programs e2e_tracer_unloading)

# The order that loses libuv's hooks, on purpose.
add_executable(e2e_tracer_wrong_order ${here}/programs/many_loops.c)
ls_target(e2e_tracer_wrong_order PLAIN)
target_compile_definitions(e2e_tracer_wrong_order PRIVATE _GNU_SOURCE)
target_link_options(e2e_tracer_wrong_order PRIVATE -Wl,--no-as-needed -luv)
target_link_libraries(e2e_tracer_wrong_order PRIVATE loopscope_shared)
add_dependencies(e2e_tracer_wrong_order loopscope_collector)
list(APPEND tracer_programs e2e_tracer_wrong_order)

foreach(name blocking kills odd open threads)
    set(target e2e_tracer_test_${name})
    add_executable(${target} ${here}/test_${name}.c ${here}/traced.c
        ${PROJECT_SOURCE_DIR}/tests/support/run.c)
    ls_target(${target})
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE
        LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        LS_COLLECTOR="$<TARGET_FILE:loopscope_collector>"
        LS_PROGRAMS="$<TARGET_FILE_DIR:e2e_tracer_opening>")
    target_link_libraries(${target} PRIVATE loopscope_analysis
        PkgConfig::CMOCKA)
    add_dependencies(${target} ${tracer_programs})
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES TIMEOUT 300)
endforeach()
