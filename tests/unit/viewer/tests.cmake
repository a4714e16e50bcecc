# Unit tests of the viewer's core: no SDL, no window.
foreach(module hostile actions arrows crowd draw drawlist explain format input layout lod
        options pane png prompt snippet svg theme tracks typed
        view)
    ls_unit_test(viewer ${module} SOURCES unit/viewer/fixture.c
        unit/viewer/picture.c
        LIBS loopscope_viewer)
endforeach()
