/* SPDX-License-Identifier: MIT */
#include "viewer/sdl_keys.h"

static const struct {
    SDL_Keycode sym;
    uint32_t code;
} named[] = {
    {SDLK_LEFT, LS_KEY_LEFT},      {SDLK_RIGHT, LS_KEY_RIGHT},
    {SDLK_UP, LS_KEY_UP},          {SDLK_DOWN, LS_KEY_DOWN},
    {SDLK_PAGEUP, LS_KEY_PAGE_UP}, {SDLK_PAGEDOWN, LS_KEY_PAGE_DOWN},
    {SDLK_HOME, LS_KEY_HOME},      {SDLK_ESCAPE, LS_KEY_ESCAPE},
    {SDLK_END, LS_KEY_END},        {SDLK_RETURN, LS_KEY_ENTER},
    {SDLK_KP_ENTER, LS_KEY_ENTER}, {SDLK_BACKSPACE, LS_KEY_BACKSPACE},
    {SDLK_DELETE, LS_KEY_DELETE},  {SDLK_F3, LS_KEY_F3},
    {SDLK_F1, LS_KEY_F1},          {SDLK_F12, LS_KEY_F12},
};

/* By their place on the keyboard. */
static const struct {
    SDL_Scancode scancode;
    uint32_t code;
} placed[] = {{SDL_SCANCODE_W, 'w'},
              {SDL_SCANCODE_A, 'a'},
              {SDL_SCANCODE_S, 's'},
              {SDL_SCANCODE_D, 'd'}};

static uint32_t code_of(const SDL_Keysym *key, uint32_t mods)
{
    for (size_t i = 0; i < sizeof(placed) / sizeof(placed[0]); i++) {
        if (placed[i].scancode == key->scancode)
            return placed[i].code;
        if (placed[i].code == (uint32_t)key->sym)
            return 0; /* the letter, at another place */
    }
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        if (named[i].sym == key->sym)
            return named[i].code;
    /* Signs come as text, where the layout has been applied; with Ctrl there
     * is none. */
    bool letter = key->sym >= 'a' && key->sym <= 'z';
    return letter ? (uint32_t)key->sym : 0;
}

static uint32_t mods_of(SDL_Keymod state)
{
    return (state & KMOD_SHIFT ? LS_MOD_SHIFT : 0) |
           (state & KMOD_CTRL ? LS_MOD_CTRL : 0);
}

/* While text is typed, letters come as such: only keys that are none count,
 * and those with Ctrl. */
static bool is_text(const SDL_KeyboardEvent *event)
{
    return event->keysym.sym >= ' ' && event->keysym.sym < 0x7f &&
           !(event->keysym.mod & KMOD_CTRL);
}

static bool of_key(const SDL_KeyboardEvent *event, bool typing,
                   struct ls_input *in)
{
    if (typing && is_text(event))
        return false;
    in->kind = LS_INPUT_KEY;
    in->key.mods = mods_of((SDL_Keymod)event->keysym.mod);
    in->key.code = code_of(&event->keysym, in->key.mods);
    return in->key.code != 0;
}

/* Signs (+ - . , ? 0) by what they are in the layout, without Shift. */
static bool of_text(const SDL_TextInputEvent *event, bool typing,
                    struct ls_input *in)
{
    if (typing) {
        in->kind = LS_INPUT_TEXT;
        SDL_strlcpy(in->text, event->text, sizeof(in->text));
        return true;
    }
    char c = event->text[0];
    if (event->text[1] || c < ' ' || (c >= 'a' && c <= 'z') ||
        (c >= 'A' && c <= 'Z'))
        return false;
    in->kind = LS_INPUT_KEY;
    in->key = (struct ls_key){(uint32_t)c, 0};
    return true;
}

static void place(struct ls_input *in, int x, int y, float unit)
{
    in->x = (float)x * unit;
    in->y = (float)y * unit;
    in->key.mods = mods_of(SDL_GetModState());
}

static bool of_button(const SDL_MouseButtonEvent *event, float unit,
                      struct ls_input *in)
{
    in->kind =
        event->type == SDL_MOUSEBUTTONDOWN ? LS_INPUT_PRESS : LS_INPUT_RELEASE;
    in->button = event->button == SDL_BUTTON_LEFT     ? LS_BUTTON_LEFT
                 : event->button == SDL_BUTTON_MIDDLE ? LS_BUTTON_MIDDLE
                                                      : LS_BUTTON_RIGHT;
    in->clicks = event->clicks;
    place(in, event->x, event->y, unit);
    return event->button <= SDL_BUTTON_RIGHT;
}

static bool of_wheel(const SDL_MouseWheelEvent *event, float unit,
                     struct ls_input *in)
{
    float sign = event->direction == SDL_MOUSEWHEEL_FLIPPED ? -1 : 1;
    in->kind = LS_INPUT_WHEEL;
    in->dx = event->preciseX * sign;
    in->dy = event->preciseY * sign;
    place(in, event->mouseX, event->mouseY, unit);
    return true;
}

bool ls_input_of_event(const SDL_Event *event, float unit, bool typing,
                       struct ls_input *in)
{
    *in = (struct ls_input){0};
    switch (event->type) {
    case SDL_KEYDOWN:
        return of_key(&event->key, typing, in);
    case SDL_TEXTINPUT:
        return of_text(&event->text, typing, in);
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        return of_button(&event->button, unit, in);
    case SDL_MOUSEWHEEL:
        return of_wheel(&event->wheel, unit, in);
    case SDL_MOUSEMOTION:
        in->kind = LS_INPUT_MOVE;
        place(in, event->motion.x, event->motion.y, unit);
        return true;
    case SDL_WINDOWEVENT:
        in->kind = LS_INPUT_LEAVE;
        return event->window.event == SDL_WINDOWEVENT_LEAVE;
    default:
        return false;
    }
}
