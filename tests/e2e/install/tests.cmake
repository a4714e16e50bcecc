# What is installed can be used by others, as the README says.
add_test(NAME e2e_install COMMAND ${CMAKE_CURRENT_LIST_DIR}/install.sh
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} $<TARGET_FILE:check_format>)
set_tests_properties(e2e_install PROPERTIES TIMEOUT 120)

# The workflow files of docs/ci: they are YAML, and their lines do what they are
# there for.
find_program(LS_PYTHON3 python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(LS_PYTHON3)
    foreach(mode parse run)
        add_test(NAME e2e_ci_files_${mode} COMMAND ${LS_PYTHON3} -B
            ${CMAKE_CURRENT_LIST_DIR}/ci_files.py ${mode} ${PROJECT_SOURCE_DIR}
            $<TARGET_FILE:loopscope_cli> $<TARGET_FILE:waits>)
        set_tests_properties(e2e_ci_files_${mode} PROPERTIES
            TIMEOUT 120 SKIP_RETURN_CODE 77)
    endforeach()
endif()

# What docs/ci-walkthrough.md tells, done again.
add_test(NAME e2e_ci_walkthrough COMMAND
    ${PROJECT_SOURCE_DIR}/scripts/ci-walkthrough --try ${PROJECT_BINARY_DIR})
set_tests_properties(e2e_ci_walkthrough PROPERTIES
    TIMEOUT 180 SKIP_RETURN_CODE 77)
