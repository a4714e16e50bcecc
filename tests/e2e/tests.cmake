# End-to-end tests: real processes. Each area keeps its own list.
foreach(area tracer watchdog cli viewer scenarios format install)
    include(${CMAKE_CURRENT_LIST_DIR}/${area}/tests.cmake OPTIONAL)
endforeach()
