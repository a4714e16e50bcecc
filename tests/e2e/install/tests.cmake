# What is installed can be used by others, as the README says.
add_test(NAME e2e_install COMMAND ${CMAKE_CURRENT_LIST_DIR}/install.sh
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} $<TARGET_FILE:check_format>)
set_tests_properties(e2e_install PROPERTIES TIMEOUT 120)
