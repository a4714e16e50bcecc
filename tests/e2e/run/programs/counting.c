/* SPDX-License-Identifier: MIT */
/* Says "ready", then one line for each signal that reaches it, until SIGTERM.
 * Reads nothing. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say(const char *text)
{
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(1);
}

int main(void)
{
    sigset_t set;
    siginfo_t info;
    char line[64];
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGQUIT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGWINCH);
    sigaddset(&set, SIGCONT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    say("ready\n");
    for (;;) {
        int is = sigwaitinfo(&set, &info);
        if (is < 0)
            continue;
        snprintf(line, sizeof line, "%s %d\n",
                 is == SIGRTMIN ? "RTMIN" : sigabbrev_np(is),
                 info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
        say(line);
        if (is == SIGTERM)
            return 5;
    }
}
