/* SPDX-License-Identifier: MIT */
/*
 * The `loopscope` command: a table of subcommands. What each does is in the
 * file of its name.
 */
#include "command.h"
#include "inherit.h"
#include "nearest.h"
#include "output.h"

#include <locale.h>
#include <string.h>

static const struct ls_command *const commands[] = {
    &ls_run_command,  &ls_report_command,  &ls_check_command,
    &ls_view_command, &ls_recover_command, &ls_rules_command,
    &ls_diff_command, &ls_doctor_command,
};
#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

static int print(const struct ls_text *text)
{
    return ls_output_text(text) ? LS_EXIT_OK : LS_EXIT_TROUBLE;
}

static int show_help(void)
{
    struct ls_text text = {0};
    ls_text_add(&text,
                "loopscope: which line stalled the event loop, why, and who "
                "had to wait.\n\n"
                "Usage: loopscope COMMAND [OPTION...] [TRACE...]\n\n"
                "Commands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        ls_text_addf(&text, "  %-9s %s\n", commands[i]->name,
                     commands[i]->summary);
    ls_text_add(&text,
                "\n`loopscope COMMAND --help` shows a command's options, with "
                "examples.\n"
                "`loopscope --version` prints the version.\n\n"
                "Times take a unit (50ms, 1.5s, 200us, 10ns); a bare number "
                "is milliseconds.\n\n"
                "Examples:\n"
                "  loopscope run -o server.json -- node server.js\n"
                "  loopscope report server.json\n"
                "  loopscope check --fail 50ms server.json\n"
                "  loopscope view server.json\n");
    int status = print(&text);
    ls_text_destroy(&text);
    return status;
}

static int show_version(void)
{
    struct ls_text text = {0};
    ls_text_add(&text, "loopscope " LS_CLI_VERSION "\n");
    int status = print(&text);
    ls_text_destroy(&text);
    return status;
}

static int unknown(const char *name)
{
    struct ls_nearest nearest = ls_nearest_to(name);
    for (size_t i = 0; i < N_COMMANDS; i++)
        ls_nearest_try(&nearest, commands[i]->name);
    bool option = name[0] == '-';
    if (option) {
        ls_nearest_try(&nearest, "--help");
        ls_nearest_try(&nearest, "--version");
    }
    ls_output_say("unknown %s %s; the nearest is %s (see loopscope --help)",
                  option ? "option" : "command", name, nearest.name);
    return LS_EXIT_TROUBLE;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        ls_output_say(
            "a command is missing: run, report, check, view, recover, "
            "rules, diff or doctor (see loopscope --help)");
        return LS_EXIT_TROUBLE;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return show_help();
    if (!strcmp(argv[1], "--version"))
        return show_version();
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (!strcmp(argv[1], commands[i]->name))
            return commands[i]->run(
                commands[i],
                (struct ls_line){.n = argc - 2, .items = argv + 2});
    return unknown(argv[1]);
}

int main(int argc, char **argv)
{
    ls_inherit_begin();
    setlocale(LC_CTYPE, "");
    return dispatch(argc, argv);
}
