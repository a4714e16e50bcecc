# Unit tests of the viewer's core: no SDL, no window.
foreach(module actions crowd draw drawlist explain format input layout lod
        options png snippet theme tracks view)
    ls_unit_test(viewer ${module} SOURCES unit/viewer/fixture.c
        LIBS loopscope_viewer)
endforeach()
