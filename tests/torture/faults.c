/* What can go wrong at a write: loaded before libc (LD_PRELOAD), it counts the calls that change files under a folder,
 * and at the FAULT_AT-th one
 *   kill    kills the process, halfway through a write
 *   ENOSPC  says that the disk is full, then and ever after (removing and renaming still work, as on a full disk)
 *   EIO     fails that one call
 *   count   does nothing; at the end the number of calls is written to FAULT_COUNT
 * FAULT_UNDER is the folder, as an absolute path without links in it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int under(const char *path) {
    const char *folder = getenv("FAULT_UNDER");
    return folder && path && !strncmp(path, folder, strlen(folder));
}

static int under_fd(int fd) {
    char link[64], path[PATH_MAX + 1];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX);
    if (length < 0) return 0;
    path[length] = 0;
    return under(path);
}

static int under_at(int fd, const char *path) {
    return path && path[0] == '/' ? under(path) : fd != AT_FDCWD && under_fd(fd);
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* 0: go on; 1: fail with errno set; 2: die, a write halfway through. */
static int fault(int takes_room) {
    const char *at = getenv("FAULT_AT"), *what = getenv("FAULT_DO");
    long place = atomic_fetch_add(&calls, 1) + 1;
    if (!at || !what || !strcmp(what, "count")) return 0;
    if (!strcmp(what, "kill")) return place == atol(at) ? 2 : 0;
    if (!strcmp(what, "EIO")) { errno = EIO; return place == atol(at); }
    errno = ENOSPC;
    return takes_room && place >= atol(at);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) { fprintf(file, "%ld\n", (long)calls); fclose(file); }
}

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)
#define GUARD(mine, takes_room) if (mine) switch (fault(takes_room)) { case 1: return -1; case 2: die(); }

#define OPENS(name)                                                                          \
    int name(const char *path, int flags, ...) {                                             \
        REAL(int, name, const char *, int, ...);                                             \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        GUARD((flags & (O_CREAT | O_TRUNC)) && under(path), 1)                               \
        return real(path, flags, mode);                                                      \
    }
OPENS(open)
OPENS(open64)
#define OPENS_AT(name)                                                                       \
    int name(int fd, const char *path, int flags, ...) {                                     \
        REAL(int, name, int, const char *, int, ...);                                        \
        va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
        GUARD((flags & (O_CREAT | O_TRUNC)) && under_at(fd, path), 1)                        \
        return real(fd, path, flags, mode);                                                  \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

ssize_t write(int fd, const void *bytes, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (fd > 2 && under_fd(fd)) switch (fault(1)) { case 1: return -1; case 2: real(fd, bytes, size / 2); die(); }
    return real(fd, bytes, size);
}
#define WRITES_AT(name, offset)                                                              \
    ssize_t name(int fd, const void *bytes, size_t size, offset at) {                        \
        REAL(ssize_t, name, int, const void *, size_t, offset);                              \
        if (under_fd(fd)) switch (fault(1)) { case 1: return -1; case 2: real(fd, bytes, size / 2, at); die(); } \
        return real(fd, bytes, size, at);                                                    \
    }
WRITES_AT(pwrite, off_t)
WRITES_AT(pwrite64, off64_t)
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    GUARD(fd > 2 && under_fd(fd), 1)
    return real(fd, parts, count);
}
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t size, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    GUARD(under_fd(to), 1)
    return real(from, a, to, b, size, flags);
}
int fsync(int fd) { REAL(int, fsync, int); GUARD(under_fd(fd), 1) return real(fd); }
int fdatasync(int fd) { REAL(int, fdatasync, int); GUARD(under_fd(fd), 1) return real(fd); }
int ftruncate(int fd, off_t size) { REAL(int, ftruncate, int, off_t); GUARD(under_fd(fd), 1) return real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(int, ftruncate64, int, off64_t); GUARD(under_fd(fd), 1) return real(fd, size); }
int fchmod(int fd, mode_t mode) { REAL(int, fchmod, int, mode_t); GUARD(under_fd(fd), 0) return real(fd, mode); }
int chmod(const char *path, mode_t mode) { REAL(int, chmod, const char *, mode_t); GUARD(under(path), 0) return real(path, mode); }
int mkdir(const char *path, mode_t mode) { REAL(int, mkdir, const char *, mode_t); GUARD(under(path), 1) return real(path, mode); }
int mkdirat(int fd, const char *path, mode_t mode) { REAL(int, mkdirat, int, const char *, mode_t); GUARD(under_at(fd, path), 1) return real(fd, path, mode); }
int symlink(const char *to, const char *path) { REAL(int, symlink, const char *, const char *); GUARD(under(path), 1) return real(to, path); }
int symlinkat(const char *to, int fd, const char *path) { REAL(int, symlinkat, const char *, int, const char *); GUARD(under_at(fd, path), 1) return real(to, fd, path); }
int rename(const char *from, const char *to) { REAL(int, rename, const char *, const char *); GUARD(under(to), 0) return real(from, to); }
int renameat(int a, const char *from, int b, const char *to) { REAL(int, renameat, int, const char *, int, const char *); GUARD(under_at(b, to), 0) return real(a, from, b, to); }
int unlink(const char *path) { REAL(int, unlink, const char *); GUARD(under(path), 0) return real(path); }
int unlinkat(int fd, const char *path, int flags) { REAL(int, unlinkat, int, const char *, int); GUARD(under_at(fd, path), 0) return real(fd, path, flags); }
int rmdir(const char *path) { REAL(int, rmdir, const char *); GUARD(under(path), 0) return real(path); }
