# Units of the command: what it renders, and how it reads its command line.
foreach(module nearest option duration size label table cells diagram timeline
        story explain figures json processes xml junit github plain
        suppressions baseline budget config changes members)
    ls_unit_test(cli ${module} LIBS loopscope_cli_render)
endforeach()
ls_unit_test(cli sarif SOURCES support/sarif_shape.c
    LIBS loopscope_cli_render PkgConfig::CJSON)
