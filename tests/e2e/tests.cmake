# End-to-end tests: real processes. Each area keeps its own list.
if(LOOPSCOPE_TSAN)
    include(${CMAKE_CURRENT_LIST_DIR}/tracer/tsan.cmake)
    return()
endif()
set(areas tracer calls watchdog cli run viewer scenarios format libuv install
    real)
foreach(area ${areas})
    include(${CMAKE_CURRENT_LIST_DIR}/${area}/tests.cmake OPTIONAL)
endforeach()
