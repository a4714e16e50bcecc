/* SPDX-License-Identifier: MIT */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#else
#define OUR_MACHINE EM_AARCH64
#endif

/* As the kernel: a script's interpreter may be a script. */
enum { MOST_SCRIPTS = 5, FIRST_LINE = 256 };

static const struct {
    const char *story;
    bool may_preload;
} kinds[LS_PROGRAM_KINDS] = {
    [LS_PROGRAM_USUAL] = {NULL, true},
    [LS_PROGRAM_STATIC] = {"is statically linked: its own loops cannot be seen",
                           true},
    [LS_PROGRAM_SET_ID] = {"runs as another user or group (set-user-id): it "
                           "is not traced",
                           true},
    [LS_PROGRAM_PRIVILEGED] = {"has file capabilities: it is not traced", true},
    [LS_PROGRAM_GO] = {"is written in Go, which polls by system calls of its "
                       "own: its loops cannot be seen",
                       true},
    [LS_PROGRAM_FOREIGN] = {"is for another architecture than loopscope: it "
                            "is not traced",
                            false},
    [LS_PROGRAM_OTHER_LIBC] = {"uses another C library than loopscope: it is "
                               "not traced",
                               false},
};

const char *ls_program_story(enum ls_program_kind kind)
{
    return kinds[kind].story;
}

bool ls_program_may_preload(enum ls_program_kind kind)
{
    return kinds[kind].may_preload;
}

/* ---- where -------------------------------------------------------------- */

static int look(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return errno;
    if (!S_ISREG(st.st_mode) || access(path, X_OK) < 0)
        return EACCES;
    return 0;
}

int ls_program_find(const char *name, char *path, size_t n_path)
{
    const char *at = getenv("PATH");
    int error = ENOENT;
    if (strchr(name, '/') || !*name) {
        snprintf(path, n_path, "%s", name);
        return *name ? look(path) : ENOENT;
    }
    if (!at)
        at = "/bin:/usr/bin";
    for (bool more = true; more; at += strcspn(at, ":") + 1) {
        size_t n = strcspn(at, ":");
        more = at[n] == ':';
        int length = snprintf(path, n_path, "%.*s%s%s", (int)n, at,
                              n ? "/" : "./", name);
        if (length < 0 || (size_t)length >= n_path)
            continue;
        int is = look(path);
        if (!is)
            return 0;
        if (is == EACCES)
            error = EACCES;
    }
    return error;
}

/* ---- privileges --------------------------------------------------------- */

/* What makes the loader distrust its environment. */
static enum ls_program_kind privileges_of(const char *path)
{
    struct stat st;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 || stat(path, &st) < 0)
        return LS_PROGRAM_USUAL;
    bool user = (st.st_mode & S_ISUID) && st.st_uid != getuid();
    bool group = (st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) &&
                 st.st_gid != getgid();
    if (user || group)
        return LS_PROGRAM_SET_ID;
    if (getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
        return LS_PROGRAM_PRIVILEGED;
    return LS_PROGRAM_USUAL;
}

/* ---- ELF ---------------------------------------------------------------- */

static bool has_section(Elf *elf, const char *name)
{
    size_t names;
    Elf_Scn *section = NULL;
    if (elf_getshdrstrndx(elf, &names) < 0)
        return false;
    while ((section = elf_nextscn(elf, section))) {
        GElf_Shdr header;
        const char *is = gelf_getshdr(section, &header)
                             ? elf_strptr(elf, names, header.sh_name)
                             : NULL;
        if (is && strcmp(is, name) == 0)
            return true;
    }
    return false;
}

/* The loader that it asks for; "": none. */
static void interpreter_of(Elf *elf, int fd, char *path, size_t n_path)
{
    size_t n = 0;
    *path = '\0';
    elf_getphdrnum(elf, &n);
    for (size_t i = 0; i < n; i++) {
        GElf_Phdr header;
        if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_INTERP)
            continue;
        ssize_t got = pread(fd, path, n_path - 1, (off_t)header.p_offset);
        path[got > 0 ? got : 0] = '\0';
        return;
    }
}

static enum ls_program_kind kind_of_elf(Elf *elf, int fd)
{
    GElf_Ehdr header;
    char interpreter[256];
    if (!gelf_getehdr(elf, &header))
        return LS_PROGRAM_USUAL;
    if (header.e_machine != OUR_MACHINE ||
        header.e_ident[EI_CLASS] != ELFCLASS64)
        return LS_PROGRAM_FOREIGN;
    if (has_section(elf, ".go.buildinfo") ||
        has_section(elf, ".note.go.buildid"))
        return LS_PROGRAM_GO;
    interpreter_of(elf, fd, interpreter, sizeof interpreter);
    if (!*interpreter)
        return LS_PROGRAM_STATIC;
    if (!strstr(interpreter, "/ld-linux"))
        return LS_PROGRAM_OTHER_LIBC;
    return LS_PROGRAM_USUAL;
}

/* ---- what --------------------------------------------------------------- */

/* The interpreter in a `#!` line, which takes PATH's place. */
static bool follow_script(int fd, char *path, size_t n_path)
{
    char line[FIRST_LINE];
    ssize_t n = pread(fd, line, sizeof line - 1, 0);
    line[n > 0 ? n : 0] = '\0';
    if (strncmp(line, "#!", 2) != 0)
        return false;
    char *from = line + 2 + strspn(line + 2, " \t");
    from[strcspn(from, " \t\n")] = '\0';
    snprintf(path, n_path, "%s", from);
    return true;
}

static enum ls_program_kind kind_of_file(int fd)
{
    if (elf_version(EV_CURRENT) == EV_NONE)
        return LS_PROGRAM_USUAL;
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    enum ls_program_kind kind = LS_PROGRAM_USUAL;
    if (elf && elf_kind(elf) == ELF_K_ELF)
        kind = kind_of_elf(elf, fd);
    elf_end(elf);
    return kind;
}

void ls_program_inspect(const char *path, struct ls_program *program)
{
    program->kind = LS_PROGRAM_USUAL;
    snprintf(program->path, sizeof program->path, "%s", path);
    for (int i = 0; i < MOST_SCRIPTS; i++) {
        int fd = open(program->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0) /* it may be executed, but not read */
            break;
        bool script = follow_script(fd, program->path, sizeof program->path);
        if (!script)
            program->kind = kind_of_file(fd);
        close(fd);
        if (!script)
            break;
    }
    if (program->kind == LS_PROGRAM_USUAL)
        program->kind = privileges_of(program->path);
}

/* ---- symbols ------------------------------------------------------------ */

static bool has_symbol(Elf *elf, Elf_Scn *section, const GElf_Shdr *header,
                       const char *name)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t n = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
    GElf_Sym symbol;
    for (size_t i = 0; data && i < n; i++) {
        if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_shndx == SHN_UNDEF)
            continue;
        const char *is = elf_strptr(elf, header->sh_link, symbol.st_name);
        if (is && strcmp(is, name) == 0)
            return true;
    }
    return false;
}

static bool elf_defines(Elf *elf, const char *name)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    while ((section = elf_nextscn(elf, section)))
        if (gelf_getshdr(section, &header) &&
            (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB) &&
            has_symbol(elf, section, &header, name))
            return true;
    return false;
}

bool ls_program_defines(const char *path, const char *name)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool defines = false;
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        elf_version(EV_CURRENT) != EV_NONE) {
        Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
        defines = elf && elf_kind(elf) == ELF_K_ELF && elf_defines(elf, name);
        elf_end(elf);
    }
    close(fd);
    return defines;
}
