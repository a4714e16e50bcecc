# The recording side in threads of a whole program, by ThreadSanitizer: it exits
# with a status of its own where it finds a race. What libuv does is not seen.
set(here ${CMAKE_CURRENT_LIST_DIR})

foreach(program many_loops relay)
    set(target e2e_tracer_${program})
    add_executable(${target} ${here}/programs/${program}.c)
    ls_target(${target} PLAIN)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_link_libraries(${target} PRIVATE loopscope PkgConfig::LIBUV)
    add_dependencies(${target} loopscope_collector)
    add_test(NAME ${target} COMMAND ${target}
        ${CMAKE_CURRENT_BINARY_DIR}/${program}.json)
    set_tests_properties(${target} PROPERTIES TIMEOUT 120 LABELS tsan)
endforeach()
