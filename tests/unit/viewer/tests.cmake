# Unit tests of the viewer's core: no SDL, no window.
foreach(module actions arrows crowd draw drawlist explain format hostile input
        layout lod options pair pane png prompt snippet svg theme tracks typed
        view)
    ls_unit_test(viewer ${module} SOURCES unit/viewer/fixture.c
        unit/viewer/picture.c
        LIBS loopscope_viewer)
endforeach()
