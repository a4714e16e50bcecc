# What every target of the project has in common.

# ls_target(TARGET [PLAIN]): C11, warnings, and the tree's sanitizers. PLAIN
# targets enter ordinary programs (the recording side and the examples) and
# are never built with ASan.
function(ls_target target)
    cmake_parse_arguments(arg "PLAIN" "" "" ${ARGN})
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS ON
        C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
        -Wpointer-arith -Wvla -Wno-unused-parameter
        $<$<BOOL:${LOOPSCOPE_WERROR}>:-Werror>)
    if(LOOPSCOPE_TSAN)
        target_compile_options(${target} PRIVATE -fsanitize=thread)
        target_link_options(${target} PRIVATE -fsanitize=thread)
    elseif(LOOPSCOPE_SANITIZE AND NOT arg_PLAIN)
        target_compile_options(${target} PRIVATE
            -fsanitize=address,undefined -fno-sanitize-recover=undefined
            -fno-omit-frame-pointer)
        target_link_options(${target} PRIVATE -fsanitize=address,undefined)
    endif()
endfunction()
