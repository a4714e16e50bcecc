# Benchmarks are programs that print ratios; their short forms are tests.
foreach(part libuv loader check recorder collector viewer peers run)
    include(${CMAKE_CURRENT_LIST_DIR}/${part}.cmake OPTIONAL)
endforeach()
