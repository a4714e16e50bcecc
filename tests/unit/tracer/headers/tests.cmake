# The headers that others include compile alone: those of the tracer as strict
# C11 and as C++, those of the analysis as strict C11.
set(tracer_headers
    ${PROJECT_SOURCE_DIR}/tracer/loopscope.h
    ${PROJECT_SOURCE_DIR}/tracer/loopscope_cmocka.h
    ${PROJECT_SOURCE_DIR}/tracer/vocabulary.h)
file(GLOB analysis_headers CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/analysis/*.h)
find_program(LOOPSCOPE_CXX NAMES c++ g++ clang++ DOC "for the headers' test")

add_test(NAME unit_headers_c11 COMMAND
    ${CMAKE_CURRENT_LIST_DIR}/compile.sh c ${CMAKE_C_COMPILER}
    ${tracer_headers} ${analysis_headers})
set_tests_properties(unit_headers_c11 PROPERTIES TIMEOUT 60)
if(LOOPSCOPE_CXX)
    add_test(NAME unit_headers_cxx COMMAND
        ${CMAKE_CURRENT_LIST_DIR}/compile.sh c++ ${LOOPSCOPE_CXX}
        ${tracer_headers})
    set_tests_properties(unit_headers_cxx PROPERTIES TIMEOUT 60)
endif()
