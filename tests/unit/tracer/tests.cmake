# Units of the tracer: the recording side and the collector, in one process.
# ring.c and its kind are compiled anew here, beside a session of the test's.
set(TRACER_RECORD ${PROJECT_SOURCE_DIR}/tracer/record)

# tracer_test(MODULE [SOURCES ...] [LIBS ...])
function(tracer_test module)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
    ls_unit_test(tracer ${module} SOURCES ${arg_SOURCES}
        LIBS loopscope_collect ${arg_LIBS})
    target_compile_definitions(unit_tracer_${module} PRIVATE _GNU_SOURCE)
endfunction()

# What reads back the traces that it wrote, with trace.h.
function(tracer_trace_test module)
    tracer_test(${module} SOURCES unit/tracer/trace.c LIBS PkgConfig::CJSON)
endfunction()

foreach(module functions map maps perf perfmap program python sample sight source
        suspect text timeline)
    tracer_test(${module})
endforeach()
foreach(module chain emit writer thread task)
    tracer_trace_test(${module})
endforeach()

# Both sides: what the traced program does, and the collector behind it. UBSan
# asks whether the recorder's address is NULL by the flags of an addition that
# the linker replaces by one that sets none (initial-exec to local-exec TLS).
function(tracer_record_test module)
    set(sources unit/tracer/session.c ${TRACER_RECORD}/ring.c)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
    tracer_test(${module} SOURCES ${sources} ${arg_SOURCES} LIBS ${arg_LIBS})
    target_compile_options(unit_tracer_${module} PRIVATE -fno-sanitize=null)
endfunction()

tracer_test(choice SOURCES ${TRACER_RECORD}/choice.c)
tracer_test(nonblocking SOURCES ${TRACER_RECORD}/nonblocking.c)
tracer_record_test(names SOURCES ${TRACER_RECORD}/name.c)
tracer_record_test(ring)
tracer_record_test(cursor)
tracer_record_test(ring_threads)
foreach(module drain drain_callback call limit operation)
    tracer_record_test(${module} SOURCES unit/tracer/feed.c unit/tracer/trace.c
        ${TRACER_RECORD}/name.c LIBS PkgConfig::CJSON m)
endforeach()

# Its own functions are what it looks for: with lines, and each in its frame.
tracer_record_test(symbols SOURCES ${TRACER_RECORD}/call.c
    ${TRACER_RECORD}/memory.c ${TRACER_RECORD}/subject.c
    ${TRACER_RECORD}/measure.c LIBS PkgConfig::CJSON)
target_compile_options(unit_tracer_symbols PRIVATE
    -g -fno-optimize-sibling-calls)

# The callbacks of libuv's handles and requests.
tracer_record_test(uv_table SOURCES
    ${PROJECT_SOURCE_DIR}/tracer/preload/uv_table.c LIBS Threads::Threads)
set_tests_properties(unit_tracer_ring_threads unit_tracer_uv_table
    PROPERTIES LABELS tsan)

# A thread's clocks.
tracer_record_test(measure SOURCES ${TRACER_RECORD}/measure.c
    ${TRACER_RECORD}/ring.c unit/tracer/session.c)

# The public recording calls.
tracer_record_test(record SOURCES ${TRACER_RECORD}/task.c
    ${TRACER_RECORD}/span.c ${TRACER_RECORD}/name.c LIBS m)
tracer_record_test(turn SOURCES ${TRACER_RECORD}/turn.c ${TRACER_RECORD}/call.c
    ${TRACER_RECORD}/choice.c ${TRACER_RECORD}/memory.c
    ${TRACER_RECORD}/subject.c ${TRACER_RECORD}/measure.c
    ${TRACER_RECORD}/error.c)

tracer_record_test(operation_record SOURCES ${TRACER_RECORD}/operation.c)

# All of it in one process, but for those that are to be killed.
tracer_record_test(collector SOURCES unit/tracer/trace.c
    ${TRACER_RECORD}/task.c ${TRACER_RECORD}/span.c LIBS PkgConfig::CJSON m)

# The session itself, which the others replace.
set(sources)
foreach(module session slot join launch ring name error measure turn choice
        task span inject call memory subject)
    list(APPEND sources ${TRACER_RECORD}/${module}.c)
endforeach()
list(APPEND sources ${PROJECT_SOURCE_DIR}/tracer/preload/uv_table.c)
tracer_test(session SOURCES ${sources} LIBS m)
target_compile_options(unit_tracer_session PRIVATE -fno-sanitize=null)
