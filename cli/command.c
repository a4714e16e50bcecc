/* SPDX-License-Identifier: MIT */
#include "command.h"

#include "output.h"

int ls_command_misused(const struct ls_command *self, const char *format, ...)
{
    struct ls_text message = {0};
    va_list args;
    va_start(args, format);
    ls_text_addv(&message, format, args);
    va_end(args);
    ls_output_say("%s: %s (see loopscope %s --help)", self->name,
                  ls_text_get(&message), self->name);
    ls_text_destroy(&message);
    return LS_EXIT_TROUBLE;
}

static int show_help(const struct ls_command *self)
{
    struct ls_text text = {0};
    ls_text_add(&text, self->help);
    bool good = ls_output_text(&text);
    ls_text_destroy(&text);
    return good ? LS_EXIT_OK : LS_EXIT_TROUBLE;
}

bool ls_command_parse(const struct ls_command *self,
                      const struct ls_option *options, struct ls_line *line,
                      void *settings, int *status)
{
    struct ls_text error = {0};
    enum ls_parsed parsed = ls_options_parse(options, line, settings, &error);
    if (parsed == LS_PARSED_WRONG)
        *status = ls_command_misused(self, "%s", ls_text_get(&error));
    else if (parsed == LS_PARSED_HELP)
        *status = show_help(self);
    ls_text_destroy(&error);
    return parsed == LS_PARSED;
}

bool ls_command_parse_trace(const struct ls_command *self,
                            const struct ls_option *options,
                            struct ls_line *line, void *settings, int *status)
{
    if (!ls_command_parse(self, options, line, settings, status))
        return false;
    if (line->n != 1)
        *status = ls_command_misused(self, "wants one trace, not %d", line->n);
    return line->n == 1;
}
