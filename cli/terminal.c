/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
#define MAX_WIDTH 1000

static int find_width(int fd)
{
    struct winsize size;
    int width = 0;
    const char *columns = getenv("COLUMNS");
    if (!ioctl(fd, TIOCGWINSZ, &size))
        width = size.ws_col;
    else if (columns)
        width = (int)strtol(columns, NULL, 10);
    if (width <= 0 || width > MAX_WIDTH)
        return DEFAULT_WIDTH;
    return width < LS_STYLE_MIN_WIDTH ? LS_STYLE_MIN_WIDTH : width;
}

static bool find_color(int fd, enum ls_color color)
{
    if (color != LS_COLOR_AUTO)
        return color == LS_COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    if ((no_color && no_color[0]) || !kind || !strcmp(kind, "dumb"))
        return false;
    return isatty(fd);
}

void ls_terminal_init(struct ls_terminal *terminal, int fd, enum ls_color color)
{
    *terminal = (struct ls_terminal){0};
    terminal->style.width = find_width(fd);
    terminal->style.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
    terminal->style.color = find_color(fd, color);
    if (getcwd(terminal->folder, sizeof(terminal->folder)))
        terminal->style.folder = terminal->folder;
}
