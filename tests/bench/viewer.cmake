# Traces of any size, and what the viewer needs for them; --quick is a test.
set(bench ${CMAKE_CURRENT_LIST_DIR})
add_executable(make_trace ${bench}/make_trace.c ${bench}/big_trace.c)
ls_target(make_trace)

add_executable(bench_viewer ${bench}/bench_viewer.c ${bench}/big_trace.c
    ${PROJECT_SOURCE_DIR}/viewer/sdl_atlas.c
    ${PROJECT_SOURCE_DIR}/viewer/sdl_font.c
    ${PROJECT_SOURCE_DIR}/viewer/sdl_hatch.c
    ${PROJECT_SOURCE_DIR}/viewer/sdl_paint.c)
ls_target(bench_viewer)
target_link_libraries(bench_viewer PRIVATE loopscope_viewer
    PkgConfig::SDL2 PkgConfig::SDL2_TTF PkgConfig::FONTCONFIG)
add_test(NAME bench_viewer_quick COMMAND bench_viewer --quick)
set_tests_properties(bench_viewer_quick PROPERTIES TIMEOUT 120)
