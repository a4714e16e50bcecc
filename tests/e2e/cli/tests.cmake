# The real command, run as a user runs it.
add_executable(e2e_cli
    ${CMAKE_CURRENT_LIST_DIR}/test_cli.c
    ${CMAKE_CURRENT_LIST_DIR}/bad_input.c
    ${CMAKE_CURRENT_LIST_DIR}/shell.c)
ls_target(e2e_cli)
target_compile_definitions(e2e_cli PRIVATE
    LS_COMMAND="$<TARGET_FILE:loopscope_cli>"
    LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(e2e_cli PRIVATE PkgConfig::CMOCKA PkgConfig::CJSON)
add_dependencies(e2e_cli loopscope_cli)
add_test(NAME e2e_cli COMMAND e2e_cli)
set_tests_properties(e2e_cli PROPERTIES TIMEOUT 120)
