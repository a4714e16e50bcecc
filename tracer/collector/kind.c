/* SPDX-License-Identifier: MIT */
#include "kind.h"

#include <string.h>

enum phase { TIMERS, IDLE, PREPARE, IO, CHECK, CLOSING };

static const char *const phases[] = {
    [TIMERS] = "timers", [IDLE] = "idle",   [PREPARE] = "prepare",
    [IO] = "io",         [CHECK] = "check", [CLOSING] = "closing",
};

static const struct kind {
    struct ls_json name;
    enum phase phase;
} kinds[LS_N_OPERATIONS] = {
#define X(id, name, phase)                                                     \
    [LS_OPERATION_##id] = {LS_JSON("\"" name "\""), phase},
    LS_OPERATIONS(X)
#undef X
};

struct ls_json ls_kind_name(enum ls_operation_kind kind)
{
    return kinds[kind].name;
}

const char *ls_kind_phase(enum ls_operation_kind kind, const char *status)
{
    bool cancelled = status && strcmp(status, "ECANCELED") == 0;
    bool of_stream =
        kind == LS_OPERATION_write || kind == LS_OPERATION_connect ||
        kind == LS_OPERATION_shutdown || kind == LS_OPERATION_udp_send;
    return phases[cancelled && of_stream ? CLOSING : kinds[kind].phase];
}

bool ls_kind_is_of_handle(enum ls_operation_kind kind)
{
    return kind <= LS_OPERATION_connection || kind == LS_OPERATION_read ||
           kind == LS_OPERATION_udp_recv;
}

bool ls_kind_is_in_every_turn(enum ls_operation_kind kind)
{
    return kind == LS_OPERATION_idle || kind == LS_OPERATION_prepare ||
           kind == LS_OPERATION_check;
}

struct ls_json ls_kind_of_chain(enum ls_operation_kind kind,
                                enum ls_variant variant)
{
    static const struct ls_json streams[] = {
        [LS_VARIANT_CONNECTION] = LS_JSON("\"connection\""),
        [LS_VARIANT_PIPE] = LS_JSON("\"pipe\""),
        [LS_VARIANT_TTY] = LS_JSON("\"tty\""),
    };
    switch (kind) {
    case LS_OPERATION_connection:
        return LS_JSON("\"listener\"");
    case LS_OPERATION_udp_recv:
    case LS_OPERATION_udp_send:
        return LS_JSON("\"udp\"");
    case LS_OPERATION_accepted:
    case LS_OPERATION_connect:
        return streams[LS_VARIANT_CONNECTION];
    case LS_OPERATION_read:
    case LS_OPERATION_write:
    case LS_OPERATION_shutdown:
        return variant >= LS_VARIANT_CONNECTION && variant <= LS_VARIANT_TTY
                   ? streams[variant]
                   : LS_JSON("\"stream\"");
    default:
        return kinds[kind].name;
    }
}

bool ls_kind_lasts(enum ls_operation_kind kind)
{
    switch (kind) {
    case LS_OPERATION_connection:
    case LS_OPERATION_accepted:
    case LS_OPERATION_connect:
    case LS_OPERATION_read:
    case LS_OPERATION_write:
    case LS_OPERATION_shutdown:
    case LS_OPERATION_udp_recv:
    case LS_OPERATION_udp_send:
        return true;
    default:
        return false;
    }
}

/* Those that are errno are called as there. */
const char *ls_kind_error(uint32_t name_of_record)
{
    static const struct {
        int number;
        const char *name;
    } own[] = {
        {4095, "EOF"},          {4094, "UNKNOWN"},
        {4080, "ECHARSET"},     {3000, "EAI_ADDRFAMILY"},
        {3001, "EAI_AGAIN"},    {3002, "EAI_BADFLAGS"},
        {3003, "EAI_CANCELED"}, {3004, "EAI_FAIL"},
        {3005, "EAI_FAMILY"},   {3006, "EAI_MEMORY"},
        {3007, "EAI_NODATA"},   {3008, "EAI_NONAME"},
        {3009, "EAI_OVERFLOW"}, {3010, "EAI_SERVICE"},
        {3011, "EAI_SOCKTYPE"}, {3013, "EAI_BADHINTS"},
        {3014, "EAI_PROTOCOL"},
    };
    int number = (int)(name_of_record >> 16);
    if (number == 0)
        return NULL;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i].number == number)
            return own[i].name;
    const char *name = strerrorname_np(number);
    return name ? name : "UNKNOWN";
}
