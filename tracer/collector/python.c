/* SPDX-License-Identifier: MIT */
#include "python.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "maps.h"
#include "tracer/vocabulary.h"

/* Of CPython 3.11, LP64: Include/internal/pycore_runtime.h, pycore_interp.h,
 * pycore_frame.h, Include/cpython/pystate.h, code.h, unicodeobject.h. */
enum {
    RUNTIME_INTERPRETERS = 40,
    INTERPRETER_THREADS = 16,
    THREAD_NEXT = 8,
    THREAD_CFRAME = 56,
    THREAD_NATIVE_ID = 160,
    CFRAME_FRAME = 8,
    FRAME_CODE = 32,
    FRAME_PREVIOUS = 48,
    FRAME_INSTRUCTION = 56,
    FRAME_IS_ENTRY = 68,
    FRAME_BYTES = 72,
    CODE_FIRST_LINE = 72,
    CODE_FILE = 112,
    CODE_NAME = 128,
    CODE_LINES = 136,
    CODE_BYTES = 184, /* the instructions follow */
    OBJECT_TYPE = 8,
    OBJECT_SIZE = 16,
    BYTES_DATA = 32,
    TEXT_STATE = 32,
    TEXT_ASCII = 48, /* where the characters are, in one or the other */
    TEXT_OTHER = 72
};

enum { MOST_FRAMES = 64, MOST_THREADS = 512, MOST_TEXT = 500 };
enum { MOST_LINES = 16 * 1024, VERSION = 0x030b, FINAL = 0xf0 };

/* ---- finding it --------------------------------------------------------- */

struct wanted {
    const char *name;
    uint64_t address;
};

enum { RUNTIME, CODE_TYPE, TEXT_TYPE, PY_VERSION, N_WANTED };

static void take_symbol(Elf *elf, const GElf_Shdr *section, const GElf_Sym *sym,
                        struct wanted *wanted, uint64_t bias)
{
    const char *name = elf_strptr(elf, section->sh_link, sym->st_name);
    for (int i = 0; name && sym->st_value && i < N_WANTED; i++)
        if (strcmp(name, wanted[i].name) == 0)
            wanted[i].address = sym->st_value + bias;
}

static void take_symbols(Elf *elf, struct wanted *wanted, uint64_t bias)
{
    GElf_Shdr header;
    GElf_Sym symbol;
    for (Elf_Scn *s = NULL; (s = elf_nextscn(elf, s));) {
        if (!gelf_getshdr(s, &header) || header.sh_type != SHT_DYNSYM)
            continue;
        Elf_Data *data = elf_getdata(s, NULL);
        for (int i = 0; data && gelf_getsym(data, i, &symbol); i++)
            take_symbol(elf, &header, &symbol, wanted, bias);
    }
}

static uint64_t bias_of(Elf *elf, uint64_t begin)
{
    GElf_Ehdr file;
    GElf_Phdr segment;
    size_t n = 0;
    if (!gelf_getehdr(elf, &file) || file.e_type != ET_DYN ||
        elf_getphdrnum(elf, &n) != 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD)
            return begin - (segment.p_vaddr & ~UINT64_C(4095));
    return 0;
}

static int open_mapped(int pid, const struct ls_mapping *m)
{
    char path[4200];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/root%.*s", pid, (int)m->n_path,
             m->path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool is_interpreter(const struct ls_mapping *m)
{
    static const char *const names[] = {"/python3.11", "/libpython3.11."};
    if (m->offset || !ls_mapping_is_file(m))
        return false;
    const char *base = memrchr(m->path, '/', m->n_path);
    size_t n = base ? m->n_path - (size_t)(base - m->path) : 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (n >= strlen(names[i]) &&
            memcmp(base, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static bool read_at(const struct ls_python *p, uint64_t address, void *to,
                    size_t n)
{
    struct iovec local = {to, n},
                 remote = {(void *)(uintptr_t)address, n}; /* NOLINT */
    return address &&
           process_vm_readv(p->pid, &local, 1, &remote, 1, 0) == (ssize_t)n;
}

static bool take_interpreter(struct ls_python *p, const struct ls_mapping *m)
{
    struct wanted wanted[N_WANTED] = {[RUNTIME] = {"_PyRuntime", 0},
                                      [CODE_TYPE] = {"PyCode_Type", 0},
                                      [TEXT_TYPE] = {"PyUnicode_Type", 0},
                                      [PY_VERSION] = {"Py_Version", 0}};
    uint64_t version = 0;
    int fd = open_mapped(p->pid, m);
    if (fd < 0)
        return false;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    if (elf && elf_kind(elf) == ELF_K_ELF)
        take_symbols(elf, wanted, bias_of(elf, m->begin));
    elf_end(elf);
    close(fd);
    if (!wanted[RUNTIME].address || !wanted[CODE_TYPE].address ||
        !wanted[TEXT_TYPE].address ||
        !read_at(p, wanted[PY_VERSION].address, &version, sizeof version) ||
        version >> 16 != VERSION || (version & 0xf0) != FINAL)
        return false;
    p->runtime = wanted[RUNTIME].address;
    p->code_type = wanted[CODE_TYPE].address;
    p->text_type = wanted[TEXT_TYPE].address;
    return true;
}

void ls_python_look(struct ls_python *p, int pid)
{
    struct ls_maps maps = {0};
    bool changed, found = false;
    *p = (struct ls_python){.pid = pid};
    if (!ls_maps_read(&maps, pid, &changed))
        return;
    for (size_t i = 0; i < maps.n && !found; i++)
        found =
            is_interpreter(&maps.all[i]) && take_interpreter(p, &maps.all[i]);
    ls_maps_destroy(&maps);
}

/* ---- reading it --------------------------------------------------------- */

static uint64_t word(const void *object, size_t at)
{
    uint64_t value;
    memcpy(&value, (const char *)object + at, sizeof value);
    return value;
}

static uint64_t word_at(const struct ls_python *p, uint64_t address)
{
    uint64_t value = 0;
    return read_at(p, address, &value, sizeof value) ? value : 0;
}

static size_t put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 63));
        to[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    to[0] = (char)(0xf0 | (c >> 18 & 7));
    to[1] = (char)(0x80 | (c >> 12 & 63));
    to[2] = (char)(0x80 | (c >> 6 & 63));
    to[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* A str as a JSON string. */
static bool add_text(const struct ls_python *p, uint64_t address,
                     struct ls_text *text)
{
    unsigned char head[TEXT_ASCII], data[4 * MOST_TEXT];
    char utf8[4 * MOST_TEXT];
    if (!read_at(p, address, head, sizeof head) ||
        word(head, OBJECT_TYPE) != p->text_type)
        return false;
    unsigned state = head[TEXT_STATE], width = state >> 2 & 7;
    bool compact = state >> 5 & 1, ascii = state >> 6 & 1;
    uint64_t n = word(head, OBJECT_SIZE), n_utf8 = 0;
    if (!compact || (width != 1 && width != 2 && width != 4))
        return false;
    n = n < MOST_TEXT ? n : MOST_TEXT;
    if (n && !read_at(p, address + (ascii ? TEXT_ASCII : TEXT_OTHER), data,
                      n * width))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = 0;
        memcpy(&c, data + i * width, width); /* little-endian, as all of it */
        n_utf8 += put_utf8(utf8 + n_utf8, c);
    }
    ls_text_add_string_n(text, utf8, n_utf8);
    return true;
}

static uint32_t varint(const unsigned char *table, size_t n, size_t *at)
{
    uint32_t value = 0;
    for (unsigned shift = 0; *at < n; shift += 6) {
        unsigned char byte = table[(*at)++];
        if (shift < 30)
            value |= (uint32_t)(byte & 63) << shift;
        if (!(byte & 64))
            break;
    }
    return value;
}

int ls_python_line(const unsigned char *table, size_t n, int first, int unit)
{
    enum { ONE_LINE = 10, NO_COLUMNS = 13, LONG = 14, NONE = 15 };
    int64_t line = first, begin = 0;
    for (size_t at = 0; at < n;) {
        unsigned code = table[at] >> 3 & 15;
        int units = (table[at] & 7) + 1;
        at++;
        if (code == NO_COLUMNS || code == LONG) {
            uint32_t delta = varint(table, n, &at);
            line += delta & 1 ? -(int64_t)(delta >> 1) : (int64_t)(delta >> 1);
        } else if (code >= ONE_LINE && code < NO_COLUMNS) {
            line += code - ONE_LINE;
        }
        if (unit < begin + units)
            return code == NONE || line <= 0 || line > INT32_MAX ? 0
                                                                 : (int)line;
        begin += units;
        while (at < n && !(table[at] & 0x80))
            at++;
    }
    return 0;
}

static int line_of(const struct ls_python *p, const unsigned char *code,
                   uint64_t code_at, uint64_t instruction)
{
    unsigned char head[BYTES_DATA];
    uint64_t table_at = word(code, CODE_LINES);
    int first, line = 0;
    memcpy(&first, code + CODE_FIRST_LINE, sizeof first);
    if (!read_at(p, table_at, head, sizeof head))
        return 0;
    uint64_t n = word(head, OBJECT_SIZE);
    int64_t bytes = (int64_t)(instruction - (code_at + CODE_BYTES));
    if (n == 0 || n > MOST_LINES || bytes > INT32_MAX)
        return 0;
    unsigned char *table = malloc(n);
    if (table && read_at(p, table_at + BYTES_DATA, table, n))
        line =
            ls_python_line(table, n, first, bytes < 0 ? 0 : (int)(bytes / 2));
    free(table);
    return line;
}

static bool add_frame(const struct ls_python *p, const unsigned char *frame,
                      struct ls_text *text)
{
    unsigned char code[CODE_BYTES];
    uint64_t code_at = word(frame, FRAME_CODE);
    if (!read_at(p, code_at, code, sizeof code) ||
        word(code, OBJECT_TYPE) != p->code_type)
        return false;
    int line = line_of(p, code, code_at, word(frame, FRAME_INSTRUCTION));
    ls_text_add(text, "{\"function\":");
    if (!add_text(p, word(code, CODE_NAME), text))
        return false;
    ls_text_add(text, ",\"file\":");
    if (!add_text(p, word(code, CODE_FILE), text))
        return false;
    if (line > 0) {
        ls_text_add(text, ",\"line\":");
        ls_text_add_int(text, line);
    }
    ls_text_add(text, ",\"module\":\"" LS_MODULE_PYTHON "\"}");
    return true;
}

/* The _PyCFrame of the thread; 0: it is none of the interpreter's. */
static uint64_t find_thread(const struct ls_python *p, int tid)
{
    uint64_t interpreter = word_at(p, p->runtime + RUNTIME_INTERPRETERS);
    uint64_t thread = word_at(p, interpreter + INTERPRETER_THREADS);
    for (int i = 0; interpreter && thread && i < MOST_THREADS; i++) {
        if (word_at(p, thread + THREAD_NATIVE_ID) == (uint64_t)tid)
            return word_at(p, thread + THREAD_CFRAME);
        thread = word_at(p, thread + THREAD_NEXT);
    }
    return 0;
}

bool ls_python_stack(const struct ls_python *p, int tid, struct ls_text *text)
{
    unsigned char frame[FRAME_BYTES];
    size_t before = text->n;
    uint64_t cframe = p->runtime ? find_thread(p, tid) : 0;
    uint64_t innermost = word_at(p, cframe + CFRAME_FRAME), at = innermost;
    uint64_t instruction = word_at(p, innermost + FRAME_INSTRUCTION);
    if (!cframe || !innermost)
        return false;
    for (int i = 0; at && i < MOST_FRAMES; i++) {
        if (!read_at(p, at, frame, sizeof frame) || !add_frame(p, frame, text))
            goto failed;
        at = word(frame, FRAME_PREVIOUS);
        if (at && i + 1 < MOST_FRAMES)
            ls_text_add(text, frame[FRAME_IS_ENTRY] ? "\n" : ",");
    }
    if (word_at(p, cframe + CFRAME_FRAME) == innermost &&
        word_at(p, innermost + FRAME_INSTRUCTION) == instruction)
        return !text->failed;
failed:
    text->n = before;
    return false;
}
