# Real programs under `loopscope run`: node, redis, nginx and others as Debian
# has them. The drivers are Python (tests/real/); what is not installed is
# skipped. The long forms are run by scripts/real-programs.
set(real ${PROJECT_SOURCE_DIR}/tests/real)

pkg_check_modules(LIBEVENT QUIET IMPORTED_TARGET libevent_core)
find_path(LIBEV_INCLUDE ev.h)
find_library(LIBEV_LIBRARY ev)

# ls_real_program(NAME SOURCES...): an ordinary program, as others write them.
function(ls_real_program name)
    add_executable(real_${name} ${ARGN})
    ls_target(real_${name} PLAIN)
    target_compile_definitions(real_${name} PRIVATE _GNU_SOURCE)
    target_compile_options(real_${name} PRIVATE -g)
    target_link_libraries(real_${name} PRIVATE Threads::Threads)
endfunction()

set(plants ${real}/plants/plants.c)
if(LIBEVENT_FOUND)
    ls_real_program(libevent_plants ${real}/plants/libevent_plants.c ${plants})
    target_link_libraries(real_libevent_plants PRIVATE PkgConfig::LIBEVENT)
endif()
if(LIBEV_INCLUDE AND LIBEV_LIBRARY)
    ls_real_program(libev_plants ${real}/plants/libev_plants.c ${plants})
    target_include_directories(real_libev_plants SYSTEM PRIVATE
        ${LIBEV_INCLUDE})
    target_link_libraries(real_libev_plants PRIVATE ${LIBEV_LIBRARY})
endif()
add_library(real_redis_plants MODULE ${real}/plants/redis_plants.c ${plants})
ls_target(real_redis_plants PLAIN)
set_target_properties(real_redis_plants PROPERTIES PREFIX "")
target_compile_definitions(real_redis_plants PRIVATE _GNU_SOURCE)
target_compile_options(real_redis_plants PRIVATE -g)
target_link_libraries(real_redis_plants PRIVATE Threads::Threads)

set(ticking ${real}/programs/ticking.c)
ls_real_program(dying ${real}/programs/dying.c ${ticking})
ls_real_program(scribbling ${real}/programs/scribbling.c ${ticking})
ls_real_program(stalling ${real}/programs/stalling.c ${ticking})
ls_real_program(busy ${real}/programs/busy.c)
ls_real_program(file_work ${real}/programs/file_work.c)
target_link_libraries(real_file_work PRIVATE PkgConfig::LIBUV)
ls_real_program(prefork ${real}/programs/prefork.c)

find_program(LS_PYTHON3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT LS_PYTHON3)
    return()
endif()

# ls_real_test(NAME DRIVER [ARGS...]): a driver of tests/real with this tree.
function(ls_real_test name driver)
    add_test(NAME e2e_real_${name} COMMAND ${LS_PYTHON3} -B
        ${PROJECT_SOURCE_DIR}/tests/real/${driver}.py
        --build ${PROJECT_BINARY_DIR} ${ARGN})
    set_tests_properties(e2e_real_${name} PROPERTIES
        TIMEOUT 180 SKIP_RETURN_CODE 77)
endfunction()

foreach(program node asyncio uvloop redis nginx nvim libevent libev)
    ls_real_test(planted_${program} planted --only ${program})
endforeach()
ls_real_test(noise noise)
ls_real_test(servers servers)
ls_real_test(servers_as_nobody servers --user nobody)
ls_real_test(planted_as_nobody planted --user nobody --only libev)
ls_real_test(deaths deaths --times 15)
ls_real_test(scribbles scribbles --times 12)
ls_real_test(verdicts verdicts --times 3 --clean 5 --busy 4)
ls_real_test(ci_statistics ci_statistics --no-http --clean 10 --planted 6)
