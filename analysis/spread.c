/* SPDX-License-Identifier: MIT */
#include "spread.h"

#include <math.h>

int64_t ls_spread_median(const int64_t *sorted, size_t n)
{
    return n ? sorted[(n - 1) / 2] : 0;
}

static int64_t distance(int64_t a, int64_t b)
{
    int64_t d;
    if (__builtin_sub_overflow(a > b ? a : b, a > b ? b : a, &d))
        return INT64_MAX;
    return d;
}

/* The deviations grow from the median outwards on both sides, so that their
 * median is found by merging the two: no second sorting. */
int64_t ls_spread_mad(const int64_t *sorted, size_t n)
{
    const int64_t median = ls_spread_median(sorted, n);
    size_t left = n ? (n - 1) / 2 + 1 : 0, right = left;
    int64_t deviation = 0;
    for (size_t taken = 0; n && taken <= (n - 1) / 2; taken++) {
        const int64_t below =
            left > 0 ? distance(sorted[left - 1], median) : INT64_MAX;
        const int64_t above =
            right < n ? distance(sorted[right], median) : INT64_MAX;
        if (left > 0 && (below <= above || right == n)) {
            deviation = below;
            left--;
        } else {
            deviation = above;
            right++;
        }
    }
    return deviation;
}

/* U of A: of all pairs those in which A's value is the greater, a tie being
 * half a pair. TIES: the sum of t^3 - t over values that occur t times. */
static double count_pairs(const int64_t *a, size_t n, const int64_t *b,
                          size_t m, double *ties)
{
    double pairs = 0;
    size_t i = 0, j = 0;
    *ties = 0;
    while (i < n || j < m) {
        const int64_t value = j == m || (i < n && a[i] <= b[j]) ? a[i] : b[j];
        const size_t i0 = i, j0 = j;
        while (i < n && a[i] == value)
            i++;
        while (j < m && b[j] == value)
            j++;
        const double of_a = (double)(i - i0), of_b = (double)(j - j0);
        const double t = of_a + of_b;
        pairs += of_a * ((double)j0 + of_b / 2);
        *ties += t * t * t - t;
    }
    return pairs;
}

double ls_spread_p(const int64_t *a, size_t n, const int64_t *b, size_t m)
{
    if (!n || !m)
        return 1;
    double ties;
    const double u = count_pairs(a, n, b, m, &ties);
    const double nm = (double)n * (double)m, all = (double)n + (double)m;
    const double variance = nm / 12 * (all + 1 - ties / (all * (all - 1)));
    const double away = fabs(u - nm / 2) - 0.5;
    if (away <= 0 || variance <= 0)
        return 1;
    return erfc(away / sqrt(variance) / sqrt(2));
}
