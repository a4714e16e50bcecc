# The system calls of the machine that is compiled for, as X(name, number).
function(ls_write_syscalls file)
    set(probe ${CMAKE_CURRENT_BINARY_DIR}/syscalls_probe.c)
    file(WRITE ${probe} "#include <asm/unistd.h>\n")
    separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
    execute_process(COMMAND ${CMAKE_C_COMPILER} ${flags} -E -dM ${probe}
        OUTPUT_VARIABLE macros COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "#define __NR_[a-z0-9_]+ [0-9]+" lines "${macros}")
    set(text "")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "#define __NR_([a-z0-9_]+) ([0-9]+)"
            "X(\\1, \\2)\n" line "${line}")
        string(APPEND text "${line}")
    endforeach()
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
endfunction()
