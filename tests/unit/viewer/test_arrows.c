/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "picture.h"

struct shown {
    struct ls_document *document;
    struct ls_view view;
};

static void show(struct shown *s, const char *sample)
{
    s->document = fixture_sample(sample);
    picture_start(&s->view, s->document, 1280, 900);
}

static void hide(struct shown *s)
{
    ls_view_destroy(&s->view);
    ls_document_free(s->document);
}

static uint32_t count(const struct ls_arrows *arrows, enum ls_arrow_kind kind)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < arrows->n; i++)
        n += arrows->items[i].kind == kind;
    return n;
}

static int heads(const struct ls_view *view, enum ls_colour_role role)
{
    int n = 0;
    for (size_t i = 0; i < view->list.n; i++) {
        const struct ls_draw *item = &view->list.items[i];
        n += item->kind >= LS_DRAW_TRIANGLE_UP &&
             item->kind <= LS_DRAW_TRIANGLE_LEFT &&
             item->colour == ls_view_colour(view, role) &&
             ls_rect_has(view->layout.lanes, item->rect.x, item->rect.y);
    }
    return n;
}

/* main starts three brews, gathers them, and is woken when they are done. */
static void test_arrows__of_a_gather(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 0, LS_NONE, 0});
    picture_check(&s.view);
    picture_check_contrast(&s.view);
    const struct ls_arrows *a = &s.view.arrows;
    assert_int_equal(count(a, LS_ARROW_ASKED), 3);
    assert_int_equal(count(a, LS_ARROW_WOKE), 3);
    for (uint32_t i = 0; i < a->n; i++) {
        const struct ls_arrow *arrow = &a->items[i];
        assert_true(arrow->to.at_ns >= arrow->from.at_ns);
        /* it starts them; they wake it */
        assert_int_equal(arrow->kind == LS_ARROW_ASKED ? arrow->from.index
                                                       : arrow->to.index,
                         0);
    }
    assert_int_equal(heads(&s.view, LS_COLOUR_NOTE), 3);
    assert_int_equal(heads(&s.view, LS_COLOUR_GOOD), 3);
    assert_non_null(picture_text(&s.view, "asked for"));
    assert_non_null(picture_text(&s.view, "woke"));
    hide(&s);
}

static void test_arrows__of_one_of_the_gathered(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 2, LS_NONE, 0});
    const struct ls_arrows *a = &s.view.arrows;
    assert_int_equal(count(a, LS_ARROW_ASKED), 1);
    assert_int_equal(a->items[0].from.index, 0);
    assert_int_equal(a->items[0].to.index, 2);
    assert_int_equal(count(a, LS_ARROW_WOKE), 1);
    assert_int_equal(a->items[1].from.index, 2);
    assert_int_equal(a->items[1].to.index, 0);
    hide(&s);
}

static void test_arrows__of_a_stall_to_who_waited(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    const struct ls_finding *f = &s.document->findings->items[0];
    const struct ls_arrows *a = &s.view.arrows;
    assert_int_equal(count(a, LS_ARROW_HELD), f->n_waiters);
    assert_true(f->n_waiters > 0);
    assert_int_equal(a->items[0].to.index, f->waiters[0].task);
    assert_true(a->items[0].to.at_ns >= f->start_ns + f->duration_ns);
    assert_true(heads(&s.view, LS_COLOUR_HELD) > 0);
    picture_key(&s.view, 'v', 0);
    assert_int_equal(heads(&s.view, LS_COLOUR_HELD), 0);
    hide(&s);
}

static void test_arrows__of_a_callback_to_who_asked(void **state)
{
    struct shown s;
    show(&s, "unmodified.json");
    const struct ls_loop *loop = &s.document->trace->loops[0];
    ls_view_select(&s.view, (struct ls_thing){LS_THING_SLICE, loop->thread,
                                              loop->turns[1] + 2, 0});
    const struct ls_arrows *a = &s.view.arrows;
    assert_int_equal(count(a, LS_ARROW_ASKED), 1);
    assert_false(a->items[0].from.is_thread);
    assert_true(a->items[0].to.is_thread);
    assert_int_equal(a->items[0].to.index, loop->thread);
    hide(&s);
}

static void test_arrows__more_than_there_is_room_for_are_counted(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_waiter *waiters = calloc(LS_ARROWS + 7, sizeof(*waiters));
    struct ls_arrows *a = &s.view.arrows;
    ls_arrows_of_waits(a, s.document->trace, LS_NONE, 0, 5, waiters,
                       LS_ARROWS + 7);
    assert_int_equal(a->n, LS_ARROWS);
    assert_int_equal(a->n_more, 7);
    a->items[0].to.index = 2;
    ls_view_draw(&s.view);
    assert_non_null(picture_text(&s.view, "7 more"));
    free(waiters);
    hide(&s);
}

/* Without the stall the ticker would have gone on when its timer was due. */
static void test_arrows__what_if_there_were_no_stall(void **state)
{
    struct shown s;
    show(&s, "bad_example.json");
    const struct ls_finding *f = &s.document->findings->items[0];
    const struct ls_ghosts *g = &s.view.ghosts;
    assert_int_equal(g->n, f->n_waiters);
    assert_int_equal(g->saved_ns, f->waited_ns);
    const struct ls_task *task = &s.document->trace->tasks[g->items[0].task];
    assert_int_equal(g->items[0].end_ns,
                     task->end_ns - f->waiters[0].held_up_ns);
    assert_true(g->items[0].begin_ns < g->items[0].end_ns + 1);
    assert_null(picture_text(&s.view, "an estimate"));
    picture_key(&s.view, 'i', 0);
    assert_non_null(picture_text(&s.view, "without this stall: 1 task"));
    assert_non_null(picture_text(&s.view, "(an estimate)"));
    picture_check(&s.view);
    picture_check_contrast(&s.view);
    /* of what is no stall there is nothing to say, and that is said */
    ls_view_select(&s.view, (struct ls_thing){LS_THING_TASK, 0, LS_NONE, 0});
    ls_view_draw(&s.view);
    assert_non_null(picture_text(&s.view, "select a stall"));
    hide(&s);
}

static void test_arrows__what_if_they_were_gathered(void **state)
{
    struct shown s;
    show(&s, "gather.json");
    struct ls_finding f = {.rule = LS_RULE_SEQUENTIAL_AWAITS,
                           .task = 0,
                           .start_ns = 1000000,
                           .saved_ns = 500000000};
    struct ls_ghosts g;
    ls_whatif_make(&g, s.document->trace, &f);
    assert_int_equal(g.n, 1);
    assert_true(g.gathered);
    assert_int_equal(g.items[0].end_ns,
                     s.document->trace->tasks[0].end_ns - 500000000);
    hide(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrows__of_a_gather),
        cmocka_unit_test(test_arrows__of_one_of_the_gathered),
        cmocka_unit_test(test_arrows__of_a_stall_to_who_waited),
        cmocka_unit_test(test_arrows__of_a_callback_to_who_asked),
        cmocka_unit_test(test_arrows__what_if_there_were_no_stall),
        cmocka_unit_test(test_arrows__what_if_they_were_gathered),
        cmocka_unit_test(test_arrows__more_than_there_is_room_for_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
