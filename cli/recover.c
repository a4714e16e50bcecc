/* SPDX-License-Identifier: MIT */
/* `loopscope recover`: make a cut-off trace whole, as a new file. */
#include "command.h"
#include "output.h"

#include "analysis/recover.h"

#include <string.h>

struct settings {
    const char *output; /* NULL: beside the input */
};

static bool set_output(void *settings, const char *value, struct ls_text *error)
{
    if (!value[0])
        ls_text_add(error, "wants a file");
    ((struct settings *)settings)->output = value;
    return value[0];
}

static const struct ls_option options[] = {
    {.name = "output", .letter = 'o', .value = "FILE", .set = set_output},
    {.name = NULL},
};

static size_t without(const char *path, size_t n, const char *ending)
{
    size_t n_ending = strlen(ending);
    bool ends = n > n_ending && !strncmp(path + n - n_ending, ending, n_ending);
    return ends ? n - n_ending : n;
}

/* x.json and x.json.gz become x.recovered.json */
static void name_beside(const char *input, struct ls_text *output)
{
    size_t n = without(input, strlen(input), ".gz");
    ls_text_add_bytes(output, input, without(input, n, ".json"));
    ls_text_add(output, ".recovered.json");
}

static const struct {
    enum ls_recover_status status;
    bool of_output;
    const char *remedy;
} failures[] = {
    {LS_RECOVER_UNREADABLE, false, "name a trace file that you may read"},
    {LS_RECOVER_NO_TRACE, false, "there is nothing in it to recover"},
    {LS_RECOVER_EXISTS, true, "remove it, or name another with -o"},
    {LS_RECOVER_UNWRITABLE, true, "name another with -o"},
};

static void say_failure(enum ls_recover_status status, const char *input,
                        const char *output, const char *text)
{
    for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++)
        if (failures[i].status == status)
            ls_output_say("%s: %s; %s", failures[i].of_output ? output : input,
                          text, failures[i].remedy);
}

static int recover(const char *input, const char *output)
{
    struct ls_recover_result result = {0};
    enum ls_recover_status status = ls_trace_recover(input, output, &result);
    if (status == LS_RECOVER_OK)
        ls_output_say("%s: %s", output, result.text);
    else
        say_failure(status, input, output, result.text);
    return status == LS_RECOVER_OK ? LS_EXIT_OK : LS_EXIT_TROUBLE;
}

static int run(const struct ls_command *self, struct ls_line line)
{
    struct settings settings = {0};
    int status;
    if (!ls_command_parse_trace(self, options, &line, &settings, &status))
        return status;
    struct ls_text output = {0};
    if (settings.output)
        ls_text_add(&output, settings.output);
    else
        name_beside(line.items[0], &output);
    status = recover(line.items[0], ls_text_get(&output));
    ls_text_destroy(&output);
    return status;
}

static const char help[] =
    "Usage: loopscope recover [-o FILE] TRACE\n"
    "\n"
    "Makes a trace whole that was cut off or damaged, as a new file: keeps\n"
    "every complete event as it is, leaves out what is broken, closes what is\n"
    "open, and ends the JSON. TRACE itself is never changed, and nothing is\n"
    "overwritten. One line on standard error says what was done.\n"
    "\n"
    "Options:\n"
    "  -o, --output FILE  the new file; otherwise it is written beside TRACE:\n"
    "                     x.recovered.json for x.json and x.json.gz\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit status: 0 the new file is there; 2 wrong usage, unusable input, or\n"
    "the new file could not be written.\n"
    "\n"
    "Examples:\n"
    "  loopscope recover killed.json\n"
    "  loopscope recover -o whole.json killed.json.gz\n";

const struct ls_command ls_recover_command = {
    .name = "recover",
    .summary = "make a cut-off trace whole, as a new file",
    .help = help,
    .run = run,
};
