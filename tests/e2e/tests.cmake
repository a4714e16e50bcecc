# End-to-end tests: real processes. Each area keeps its own list.
set(areas tracer calls watchdog cli run viewer scenarios format libuv install
    real)
if(LOOPSCOPE_TSAN) # there is only the recording to be watched
    set(areas tracer)
endif()
foreach(area ${areas})
    include(${CMAKE_CURRENT_LIST_DIR}/${area}/tests.cmake OPTIONAL)
endforeach()
