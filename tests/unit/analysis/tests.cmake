foreach(module strict strings ids utf8 sort scan event source load foreign damage model
        findings looks sentence statistics recover spread timings diff
        long_turn timer_drift spinning pool handles waits)
    ls_unit_test(analysis ${module} LIBS loopscope_trace_dump)
endforeach()
