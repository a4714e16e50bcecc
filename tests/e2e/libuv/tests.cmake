# Everything of libuv that takes a callback, in a program that knows nothing of
# loopscope, in one that is linked with it, and in a module with a libuv of its
# own.
set(here ${CMAKE_CURRENT_LIST_DIR})

foreach(program asks asks_linked asks_shared loads jumps)
    set(target e2e_libuv_${program})
    string(REGEX REPLACE "_.*" "" source ${program})
    add_executable(${target} ${here}/programs/${source}.c)
    ls_target(${target} PLAIN)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_compile_options(${target} PRIVATE -g)
    list(APPEND libuv_programs ${target})
endforeach()
target_link_libraries(e2e_libuv_asks PRIVATE PkgConfig::LIBUV)
target_link_libraries(e2e_libuv_jumps PRIVATE PkgConfig::LIBUV)
target_compile_definitions(e2e_libuv_asks_linked PRIVATE LINKED WITH_TABLE)
target_link_libraries(e2e_libuv_asks_linked PRIVATE loopscope PkgConfig::LIBUV)
target_compile_definitions(e2e_libuv_asks_shared PRIVATE LINKED)
target_link_libraries(e2e_libuv_asks_shared PRIVATE loopscope_shared
    PkgConfig::LIBUV)
target_link_libraries(e2e_libuv_loads PRIVATE ${CMAKE_DL_LIBS})

add_library(e2e_libuv_loaded MODULE ${here}/programs/loaded.c)
set_target_properties(e2e_libuv_loaded PROPERTIES PREFIX "" SUFFIX ".so")
target_link_libraries(e2e_libuv_loaded PRIVATE PkgConfig::LIBUV)
list(APPEND libuv_programs e2e_libuv_loaded)

# A libuv that is inside the program, after either kind of ours.
find_library(LIBUV_ARCHIVE NAMES libuv_a.a libuv.a)
if(LIBUV_ARCHIVE)
    foreach(kind loopscope loopscope_shared)
        set(target e2e_libuv_lone_${kind})
        add_executable(${target} ${here}/programs/lone.c)
        ls_target(${target} PLAIN)
        target_link_libraries(${target} PRIVATE ${kind} ${LIBUV_ARCHIVE}
            Threads::Threads ${CMAKE_DL_LIBS} rt)
        list(APPEND libuv_programs ${target})
    endforeach()
endif()

# The one program in C++ here: the project itself does not need its compiler.
find_program(LOOPSCOPE_CXX NAMES c++ g++ clang++ DOC "for the headers' test")
set(named "")
if(LOOPSCOPE_CXX)
    set(named ${CMAKE_CURRENT_BINARY_DIR}/e2e_libuv_named)
    list(TRANSFORM LIBUV_INCLUDE_DIRS PREPEND -I OUTPUT_VARIABLE includes)
    add_custom_command(OUTPUT ${named} DEPENDS ${here}/programs/named.cc
        COMMAND ${LOOPSCOPE_CXX} -std=c++11 -g -o ${named} ${includes}
            ${here}/programs/named.cc ${LIBUV_LINK_LIBRARIES}
        VERBATIM)
    add_custom_target(e2e_libuv_make_named DEPENDS ${named})
    list(APPEND libuv_programs e2e_libuv_make_named)
endif()

add_executable(e2e_libuv ${here}/test_libuv.c ${here}/../../support/run.c)
ls_target(e2e_libuv)
target_compile_definitions(e2e_libuv PRIVATE _GNU_SOURCE
    LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    LS_COMMAND="$<TARGET_FILE:loopscope_cli>"
    LS_CHECK_FORMAT="$<TARGET_FILE:check_format>"
    LS_ASKS="$<TARGET_FILE:e2e_libuv_asks>"
    LS_ASKS_LINKED="$<TARGET_FILE:e2e_libuv_asks_linked>"
    LS_ASKS_SHARED="$<TARGET_FILE:e2e_libuv_asks_shared>"
    LS_PROGRAMS="$<TARGET_FILE_DIR:e2e_libuv_asks>"
    LS_NAMED="${named}"
    LS_LOADS="$<TARGET_FILE:e2e_libuv_loads>"
    LS_LOADED="$<TARGET_FILE:e2e_libuv_loaded>")
target_link_libraries(e2e_libuv PRIVATE loopscope_analysis PkgConfig::CMOCKA)
add_dependencies(e2e_libuv ${libuv_programs} loopscope_cli loopscope_collector
    loopscope_shared check_format)
add_test(NAME e2e_libuv COMMAND e2e_libuv)
set_tests_properties(e2e_libuv PROPERTIES TIMEOUT 300)
