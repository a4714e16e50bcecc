# loopscope_add_test(NAME name [TRACE file] [OPTIONS option...]
#                    COMMAND target-or-program [argument...])
#
# A test that runs a program under loopscope. It fails as the program fails; or
# else as `loopscope check` does: a finding at error level, a budget that is
# passed, or no loop at all. OPTIONS are those of check that `loopscope run
# --check` takes (--fail 100ms, --baseline FILE...); TRACE is where the trace
# goes [name.loopscope.json in the current binary folder].
function(loopscope_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TRACE" "OPTIONS;COMMAND")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_COMMAND)
        message(FATAL_ERROR "loopscope_add_test: wants NAME and COMMAND, and "
            "perhaps TRACE and OPTIONS; not: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT arg_TRACE)
        set(arg_TRACE ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.loopscope.json)
    endif()
    list(POP_FRONT arg_COMMAND program)
    if(TARGET ${program})
        set(program $<TARGET_FILE:${program}>)
    endif()
    # Functions are known everywhere, variables only below find_package().
    get_property(command GLOBAL PROPERTY LOOPSCOPE_COMMAND)
    add_test(NAME ${arg_NAME}
        COMMAND ${command} run -o ${arg_TRACE} --check
            ${arg_OPTIONS} -- ${program} ${arg_COMMAND})
endfunction()
