/* SPDX-License-Identifier: MIT */
#include "viewer/actions.h"

#define SHIFT LS_MOD_SHIFT

static const struct ls_action_info actions[LS_ACTIONS] = {
    [LS_ACTION_NONE] = {"none", NULL, NULL, {{0, 0}}},
    [LS_ACTION_ZOOM_IN] = {"zoom-in",
                           "zoom in, out",
                           "W S  Up Down  + -",
                           {{'w', 0}, {LS_KEY_UP, 0}, {'+', 0}}},
    [LS_ACTION_ZOOM_OUT] = {"zoom-out",
                            NULL,
                            NULL,
                            {{'s', 0}, {LS_KEY_DOWN, 0}, {'-', 0}}},
    [LS_ACTION_ZOOM_IN_FAST] = {"zoom-in-fast",
                                "zoom faster",
                                "Shift+W S",
                                {{'w', SHIFT}, {LS_KEY_UP, SHIFT}}},
    [LS_ACTION_ZOOM_OUT_FAST] = {"zoom-out-fast",
                                 NULL,
                                 NULL,
                                 {{'s', SHIFT}, {LS_KEY_DOWN, SHIFT}}},
    [LS_ACTION_PAN_LEFT] = {"pan-left",
                            "move left, right",
                            "A D  Left Right",
                            {{'a', 0}, {LS_KEY_LEFT, 0}}},
    [LS_ACTION_PAN_RIGHT] = {"pan-right",
                             NULL,
                             NULL,
                             {{'d', 0}, {LS_KEY_RIGHT, 0}}},
    [LS_ACTION_PAN_LEFT_FAST] = {"pan-left-fast",
                                 "move faster",
                                 "Shift+A D",
                                 {{'a', SHIFT}, {LS_KEY_LEFT, SHIFT}}},
    [LS_ACTION_PAN_RIGHT_FAST] = {"pan-right-fast",
                                  NULL,
                                  NULL,
                                  {{'d', SHIFT}, {LS_KEY_RIGHT, SHIFT}}},
    [LS_ACTION_SCROLL_UP] = {"scroll-up",
                             "scroll the lanes",
                             "Page Up  Page Down",
                             {{LS_KEY_PAGE_UP, 0}}},
    [LS_ACTION_SCROLL_DOWN] = {"scroll-down",
                               NULL,
                               NULL,
                               {{LS_KEY_PAGE_DOWN, 0}}},
    [LS_ACTION_FOCUS] = {"focus",
                         "bring what is selected into view; again: fit it",
                         "F",
                         {{'f', 0}}},
    [LS_ACTION_WHOLE] = {"whole",
                         "the whole trace",
                         "0  Home",
                         {{'0', 0}, {LS_KEY_HOME, 0}}},
    [LS_ACTION_NEXT_FINDING] = {"next-finding",
                                "next, previous finding",
                                "N  Shift+N",
                                {{'n', 0}}},
    [LS_ACTION_PREVIOUS_FINDING] = {"previous-finding",
                                    NULL,
                                    NULL,
                                    {{'n', SHIFT}}},
    [LS_ACTION_NEXT_STEP] = {"next-step",
                             "next, previous step of the task's story",
                             "]  [",
                             {{']', 0}}},
    [LS_ACTION_PREVIOUS_STEP] = {"previous-step", NULL, NULL, {{'[', 0}}},
    [LS_ACTION_NEXT_SLICE] = {"next-slice",
                              "next, previous slice on the lane",
                              ".  ,",
                              {{'.', 0}}},
    [LS_ACTION_PREVIOUS_SLICE] = {"previous-slice", NULL, NULL, {{',', 0}}},
    [LS_ACTION_FOLD] = {"fold",
                        "fold, unfold: the group of what is selected, all",
                        "E  Shift+E",
                        {{'e', 0}}},
    [LS_ACTION_FOLD_ALL] = {"fold-all", NULL, NULL, {{'e', SHIFT}}},
    [LS_ACTION_ORDER] = {"order",
                         "tasks by start, by how long they waited, by length",
                         "O",
                         {{'o', 0}}},
    [LS_ACTION_PANE] = {"pane",
                        "show, hide the pane below the lanes",
                        "B",
                        {{'b', 0}}},
    [LS_ACTION_TAB_DETAILS] = {"tab-turn",
                               "its tabs: turn, timeline, histogram, ...",
                               "1 to 6",
                               {{'1', 0}}},
    [LS_ACTION_TAB_TIMELINE] = {"tab-timeline", NULL, NULL, {{'2', 0}}},
    [LS_ACTION_TAB_HISTOGRAM] = {"tab-histogram", NULL, NULL, {{'3', 0}}},
    [LS_ACTION_TAB_FLAME] = {"tab-flame", NULL, NULL, {{'4', 0}}},
    [LS_ACTION_TAB_FINDINGS] = {"tab-findings", NULL, NULL, {{'5', 0}}},
    [LS_ACTION_TAB_RANGE] = {"tab-range", NULL, NULL, {{'6', 0}}},
    [LS_ACTION_THEME] = {"theme", "dark or light", "T", {{'t', 0}}},
    [LS_ACTION_PICTURE] = {"picture",
                           "save a picture (PNG) beside the trace",
                           "F12",
                           {{LS_KEY_F12, 0}}},
    [LS_ACTION_HELP] = {"help",
                        "this help",
                        "?  F1",
                        {{'?', 0}, {LS_KEY_F1, 0}}},
    [LS_ACTION_CLEAR] = {"clear",
                         "close help, banner, range, selection",
                         "Esc",
                         {{LS_KEY_ESCAPE, 0}}},
    [LS_ACTION_QUIT] = {"quit", "quit", "Ctrl+Q", {{'q', LS_MOD_CTRL}}},
};

static const struct ls_gesture gestures[] = {
    {"Wheel", "zoom at the pointer"},
    {"Shift+wheel", "move left, right"},
    {"Wheel over labels", "scroll the lanes"},
    {"Click", "select"},
    {"Click on a group's name", "fold, unfold"},
    {"Double click", "zoom to it"},
    {"Drag", "measure a range (F fits it)"},
    {"Right, middle, Shift drag", "move"},
    {"Drag in the overview", "move the window there"},
    {"Drop a file", "open it"},
};

const struct ls_action_info *ls_action_get(enum ls_action action)
{
    return &actions[action];
}

enum ls_action ls_action_of_key(struct ls_key key)
{
    for (int i = 0; key.code && i < LS_ACTIONS; i++)
        for (int k = 0; k < LS_ACTION_KEYS; k++)
            if (actions[i].keys[k].code == key.code &&
                actions[i].keys[k].mods == key.mods)
                return (enum ls_action)i;
    return LS_ACTION_NONE;
}

const struct ls_gesture *ls_gestures(size_t *n)
{
    *n = sizeof(gestures) / sizeof(gestures[0]);
    return gestures;
}
