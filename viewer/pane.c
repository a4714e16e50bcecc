/* SPDX-License-Identifier: MIT */
#include "viewer/pane.h"

#include <math.h>

#define LEAST_PX 190      /* in which the loop's cycle has place */
#define LEAST_ROOM_PX 340 /* below it the lanes need all of it */
#define USUAL_PART 0.36f
#define MOST_PART 0.62f

static const char *const names[LS_TABS] = {
    [LS_TAB_DETAILS] = "Turn",        [LS_TAB_TIMELINE] = "Timeline",
    [LS_TAB_HISTOGRAM] = "Histogram", [LS_TAB_FLAME] = "Flame",
    [LS_TAB_FINDINGS] = "Findings",   [LS_TAB_RANGE] = "Range"};

const char *ls_tab_name(enum ls_tab tab)
{
    return names[tab];
}

void ls_pane_forget(struct ls_pane *pane)
{
    ls_histogram_free(pane->histogram);
    ls_flame_free(pane->flame);
    ls_telling_free(pane->telling);
    ls_interval_free(pane->interval);
    pane->histogram = NULL;
    pane->flame = NULL;
    pane->telling = NULL;
    pane->interval = NULL;
    pane->flame_root = 0;
}

void ls_pane_destroy(struct ls_pane *pane)
{
    ls_pane_forget(pane);
    ls_histogram_free(pane->turns);
    pane->turns = NULL;
}

float ls_pane_wanted(const struct ls_pane *pane, float room, double lanes)
{
    if (pane->shown == LS_PANE_CLOSED ||
        (pane->shown == LS_PANE_USUAL && room < LEAST_ROOM_PX))
        return 0;
    float most = floorf(room * MOST_PART);
    if (pane->height_px > 0)
        return fminf(fmaxf(pane->height_px, LS_PANE_HEAD_PX * 2), room * 0.85f);
    /* What the lanes leave free is the pane's. */
    float wanted = fmaxf(room * USUAL_PART, room - (float)fmin(lanes, 1e6));
    return floorf(fminf(fmaxf(wanted, LEAST_PX), most));
}
