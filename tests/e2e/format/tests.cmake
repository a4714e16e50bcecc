# Every trace that the project keeps obeys traces/FORMAT.md; and the check that
# says so refuses traces that do not.
set(format ${CMAKE_CURRENT_LIST_DIR})
add_library(format_check STATIC
    ${format}/file.c ${format}/line.c ${format}/slices.c
    ${format}/words.c ${format}/tasks.c ${format}/facts.c)
ls_target(format_check)
target_link_libraries(format_check PUBLIC PkgConfig::CJSON)

add_executable(check_format ${format}/check_format.c)
ls_target(check_format)
target_link_libraries(check_format PRIVATE format_check ZLIB::ZLIB)

add_executable(test_format ${format}/test_format.c)
ls_target(test_format)
target_compile_definitions(test_format PRIVATE
    LS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(test_format PRIVATE format_check PkgConfig::CMOCKA)

add_test(NAME e2e_format_refuses COMMAND test_format)
file(GLOB traces CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/traces/*.json ${PROJECT_SOURCE_DIR}/traces/*.json.gz)
add_test(NAME e2e_format_traces COMMAND check_format
    ${PROJECT_SOURCE_DIR}/tests/data/gather.json
    ${PROJECT_SOURCE_DIR}/tests/data/bad_example.json
    ${PROJECT_SOURCE_DIR}/tests/data/unmodified.json ${traces})
foreach(trace http_server bad_example)
    add_test(NAME e2e_format_recovered_${trace} COMMAND
        ${format}/recovered.sh $<TARGET_FILE:loopscope_cli>
        $<TARGET_FILE:check_format> ${PROJECT_SOURCE_DIR}/traces/${trace}.json)
    set_tests_properties(e2e_format_recovered_${trace} PROPERTIES TIMEOUT 60)
endforeach()
set_tests_properties(e2e_format_refuses e2e_format_traces PROPERTIES
    TIMEOUT 60)
