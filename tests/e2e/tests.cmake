# End-to-end tests: real processes. Each area keeps its own list.
foreach(area tracer calls watchdog cli run viewer scenarios format libuv install
        real)
    include(${CMAKE_CURRENT_LIST_DIR}/${area}/tests.cmake OPTIONAL)
endforeach()
