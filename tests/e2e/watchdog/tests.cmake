# What the watchdog sees of programs that stall in ways that no hook sees.
set(here ${CMAKE_CURRENT_LIST_DIR})

add_executable(e2e_watchdog_stalling ${here}/programs/stalling.c)
ls_target(e2e_watchdog_stalling PLAIN)
target_compile_definitions(e2e_watchdog_stalling PRIVATE _GNU_SOURCE)
target_compile_options(e2e_watchdog_stalling PRIVATE -g)
target_link_libraries(e2e_watchdog_stalling PRIVATE loopscope PkgConfig::LIBUV)
add_dependencies(e2e_watchdog_stalling loopscope_collector)
