# What `cmake --install` puts where, and how other projects find it:
#
#     bin/         loopscope; loopscope-view (by viewer/CMakeLists.txt)
#     libexec/     loopscope-collector
#     include/     loopscope.h, loopscope_cmocka.h
#     lib/         libloopscope.a, libloopscope.so
#     lib/pkgconfig/loopscope.pc, lib/cmake/loopscope/: how to link it,
#                  and loopscope_add_test()
#
# The last two find the rest from where they lie, so the tree can be moved.

include(CMakePackageConfigHelpers)

set(ls_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/loopscope)
set(ls_pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(TARGETS loopscope_cli
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS loopscope_collector
    RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR})

foreach(library loopscope loopscope_shared)
    # libuv comes after, in whichever order a program names the two.
    target_link_libraries(${library} INTERFACE
        $<INSTALL_INTERFACE:PkgConfig::LIBUV>)
    install(TARGETS ${library} EXPORT loopscope
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endforeach()

# Before every library that the program names itself: the hooks for libuv's
# functions work only when libloopscope.so comes before libuv.so.
target_link_options(loopscope_shared INTERFACE
    $<INSTALL_INTERFACE:$<TARGET_FILE:loopscope::loopscope_shared>>)

install(EXPORT loopscope FILE loopscopeTargets.cmake
    NAMESPACE loopscope:: DESTINATION ${ls_package_dir})
configure_package_config_file(cmake/loopscopeConfig.cmake.in
    loopscopeConfig.cmake INSTALL_DESTINATION ${ls_package_dir}
    PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(loopscopeConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    cmake/LoopscopeTest.cmake
    ${PROJECT_BINARY_DIR}/loopscopeConfig.cmake
    ${PROJECT_BINARY_DIR}/loopscopeConfigVersion.cmake
    DESTINATION ${ls_package_dir})

# The way from the pc file's own folder to the prefix.
file(RELATIVE_PATH ls_pc_to_prefix /${ls_pkgconfig_dir} /)
string(REGEX REPLACE "/$" "" ls_pc_to_prefix "${ls_pc_to_prefix}")
configure_file(cmake/loopscope.pc.in loopscope.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/loopscope.pc
    DESTINATION ${ls_pkgconfig_dir})
