/* SPDX-License-Identifier: MIT */
/*
 * Everything goes through next_glyph(): it takes one character of a string
 * that nobody has checked and gives what to show for it and its columns.
 */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "label.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

struct glyph {
    const char *bytes;
    size_t n;
    int columns;
};

/* Length of the UTF-8 character at S, 0 if it is none; its value in *CODE.
 * Shortest forms only, no surrogates (RFC 3629). */
static size_t decode(const unsigned char *s, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80             ? 1
               : (s[0] & 0xe0) == 0xc0 ? 2
               : (s[0] & 0xf0) == 0xe0 ? 3
               : (s[0] & 0xf8) == 0xf0 ? 4
                                       : 0;
    if (n <= 1) {
        *code = s[0];
        return n;
    }
    *code = s[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) /* the NUL too */
            return 0;
        *code = *code << 6 | (s[i] & 0x3f);
    }
    bool bad = *code < least[n] || *code > 0x10ffff ||
               (*code >= 0xd800 && *code < 0xe000);
    return bad ? 0 : n;
}

static struct glyph replaced(const struct ls_style *style)
{
    const char *bytes = ls_style_glyph(style, LS_GLYPH_CONTROL);
    return (struct glyph){bytes, strlen(bytes), 1};
}

/* Marks that reorder or hide what follows have no width, but are no text. */
static bool is_invisible_control(uint32_t code)
{
    return (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

static struct glyph next_glyph(const struct ls_style *style, const char **s)
{
    uint32_t code;
    const char *at = *s;
    size_t n = decode((const unsigned char *)at, &code);
    *s += n ? n : 1;
    if (!n || code < 0x20 || (code >= 0x7f && code < 0xa0))
        return replaced(style);
    if (code < 0x7f)
        return (struct glyph){at, 1, 1};
    if (!style->utf8)
        return (struct glyph){"?", 1, 1};
    int columns = wcwidth((wchar_t)code);
    if (columns < 0 || is_invisible_control(code))
        return replaced(style);
    return (struct glyph){at, n, columns};
}

void ls_label_add(struct ls_text *text, const struct ls_style *style,
                  const char *string)
{
    while (*string) {
        struct glyph glyph = next_glyph(style, &string);
        ls_text_add_bytes(text, glyph.bytes, glyph.n);
    }
}

int ls_label_columns(const struct ls_style *style, const char *string)
{
    int columns = 0;
    while (*string)
        columns += next_glyph(style, &string).columns;
    return columns;
}

/* Add as much of STRING as fits; returns the columns taken. */
static int add_up_to(struct ls_text *text, const struct ls_style *style,
                     const char **string, int columns)
{
    int taken = 0;
    while (**string) {
        const char *next = *string;
        struct glyph glyph = next_glyph(style, &next);
        if (taken + glyph.columns > columns)
            break;
        ls_text_add_bytes(text, glyph.bytes, glyph.n);
        taken += glyph.columns;
        *string = next;
    }
    return taken;
}

void ls_label_fit(struct ls_text *text, const struct ls_style *style,
                  const char *string, int columns)
{
    if (columns <= 0)
        return;
    int taken = ls_label_columns(style, string);
    if (taken <= columns) {
        ls_label_add(text, style, string);
    } else {
        taken = add_up_to(text, style, &string, columns - 1) + 1;
        ls_text_add(text, ls_style_glyph(style, LS_GLYPH_ELLIPSIS));
    }
    ls_text_add_char(text, ' ', (size_t)(columns - taken));
}

void ls_label_fit_right(struct ls_text *text, const struct ls_style *style,
                        const char *string, int columns)
{
    int taken = ls_label_columns(style, string);
    if (taken < columns)
        ls_text_add_char(text, ' ', (size_t)(columns - taken));
    ls_label_fit(text, style, string, taken < columns ? taken : columns);
}

/* Columns of the text's last line, escapes not counted. */
static int last_line_columns(const struct ls_text *text,
                             const struct ls_style *style)
{
    const char *all = ls_text_get(text);
    const char *line = strrchr(all, '\n');
    line = line ? line + 1 : all;
    int columns = 0;
    while (*line) {
        if (*line == '\033') { /* ours: ends with an m */
            line += strcspn(line, "m");
            line += *line == 'm';
        } else {
            columns += next_glyph(style, &line).columns;
        }
    }
    return columns;
}

struct wrapping {
    struct ls_text *text;
    const struct ls_style *style;
    int hang;
    int column;
    bool fresh; /* nothing but indentation on this line */
};

static void wrap_newline(struct wrapping *w)
{
    size_t n = w->text->n;
    while (n && w->text->data[n - 1] == ' ')
        n--;
    ls_text_cut(w->text, n);
    ls_text_add_char(w->text, '\n', 1);
    ls_text_add_char(w->text, ' ', (size_t)w->hang);
    w->column = w->hang;
    w->fresh = true;
}

static void wrap_word(struct wrapping *w, const char *word)
{
    int columns = ls_label_columns(w->style, word);
    int gap = w->fresh ? 0 : 1;
    /* On the first line there may be more than indentation already. */
    bool at_start = w->fresh && w->column <= w->hang;
    if (!at_start && w->column + gap + columns > w->style->width) {
        wrap_newline(w);
        gap = 0;
    }
    ls_text_add_char(w->text, ' ', (size_t)gap);
    w->column += gap;
    while (*word) {
        const char *before = word;
        w->column +=
            add_up_to(w->text, w->style, &word, w->style->width - w->column);
        w->fresh = w->fresh && word == before;
        if (!*word)
            break;
        if (w->fresh) /* not even one character fits an empty line */
            break;
        wrap_newline(w);
    }
    w->fresh = false;
}

void ls_label_wrap(struct ls_text *text, const struct ls_style *style,
                   const char *string, int hang)
{
    if (hang > style->width / 2)
        hang = style->width / 2;
    int column = last_line_columns(text, style);
    struct wrapping w = {text, style, hang, column, true};
    struct ls_text word = {0};
    while (*string) {
        size_t n = strcspn(string, " ");
        if (n) {
            ls_text_clear(&word);
            ls_text_add_bytes(&word, string, n);
            wrap_word(&w, ls_text_get(&word));
        }
        string += n;
        string += strspn(string, " ");
    }
    text->failed = text->failed || word.failed;
    ls_text_destroy(&word);
    ls_text_add_char(text, '\n', 1);
}
