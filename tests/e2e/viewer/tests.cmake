# The viewer as its user meets it: without a display, and in a window.
set(viewer_e2e ${CMAKE_CURRENT_LIST_DIR})

add_test(NAME e2e_viewer_png
    COMMAND ${viewer_e2e}/png.sh $<TARGET_FILE:loopscope_view>
        ${PROJECT_SOURCE_DIR}/tests/data)
add_test(NAME e2e_viewer_errors
    COMMAND ${viewer_e2e}/errors.sh $<TARGET_FILE:loopscope_view>
        ${PROJECT_SOURCE_DIR}/tests/data)
set_tests_properties(e2e_viewer_png e2e_viewer_errors PROPERTIES TIMEOUT 120)

find_program(XVFB_PROGRAM Xvfb)
find_program(XDOTOOL_PROGRAM xdotool)
if(XVFB_PROGRAM AND XDOTOOL_PROGRAM)
    add_test(NAME e2e_viewer_window
        COMMAND ${viewer_e2e}/window.sh $<TARGET_FILE:loopscope_view>
            ${PROJECT_SOURCE_DIR}/tests/data)
    add_test(NAME e2e_viewer_drive
        COMMAND ${viewer_e2e}/drive.sh $<TARGET_FILE:loopscope_view>
            ${PROJECT_SOURCE_DIR}/tests/data)
    set_tests_properties(e2e_viewer_window e2e_viewer_drive PROPERTIES
        TIMEOUT 240)
endif()

# Reads a PNG: its size, and whether a colour is in it.
add_executable(e2e_viewer_pixels ${viewer_e2e}/pixels.c)
ls_target(e2e_viewer_pixels)
target_link_libraries(e2e_viewer_pixels PRIVATE ZLIB::ZLIB)
foreach(test png window drive)
    if(TEST e2e_viewer_${test})
        set_tests_properties(e2e_viewer_${test} PROPERTIES
            ENVIRONMENT PIXELS=$<TARGET_FILE:e2e_viewer_pixels>)
    endif()
endforeach()
