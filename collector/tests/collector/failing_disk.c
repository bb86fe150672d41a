/* A disk that fails on purpose: loaded before the C library into the program under test.
 *
 * SAYSO_DISK_FOLDER is the folder that fails, SAYSO_DISK_ORDERS a file that says
 * how. It is read at each call, so that the test may change it at any time. Each
 * line is an order: a call, an error, and how often.
 *
 *     write ENOSPC 1      every write fails
 *     write TORN 3        every third write takes half of the bytes, and the next one fails
 *     sync EIO 1          every fsync and fdatasync fails
 *
 * The calls are write, sync, cut, rename and open. What has no order does its work.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { WRITE, SYNC, CUT, RENAME, OPEN, CALLS };

static const char *const names[CALLS] = { "write", "sync", "cut", "rename", "open" };
static unsigned long counts[CALLS];
static int must_fail_write;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int is_within(const char *path) {
    const char *folder = getenv("SAYSO_DISK_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    return length && strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == 0);
}

static int is_open_within(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_within(path);
}

/* Whether a path leads into the folder; one that is relative begins where we are. */
static int leads_within(const char *path) {
    char here[PATH_MAX], full[2 * PATH_MAX];
    if (path[0] == '/') return is_within(path);
    if (!getcwd(here, sizeof here)) return 0;
    snprintf(full, sizeof full, "%s/%s", here, path);
    return is_within(full);
}

static int error_of(const char *word) {
    if (strcmp(word, "ENOSPC") == 0) return ENOSPC;
    if (strcmp(word, "TORN") == 0) return -1;
    return EIO;
}

/* The error of a call; 0 if it does its work, and -1 if it does half. */
static int order_for(enum call call) {
    const char *path = getenv("SAYSO_DISK_ORDERS");
    char text[512], name[16], word[16];
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    text[length < 0 ? 0 : length] = 0;
    pthread_mutex_lock(&lock);
    int error = 0;
    unsigned long count = ++counts[call];
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        unsigned every;
        if (sscanf(line, "%15s %15s %u", name, word, &every) == 3 && every &&
            strcmp(name, names[call]) == 0 && count % every == 0)
            error = error_of(word);
    }
    if (call == WRITE && must_fail_write) {
        must_fail_write = 0;
        error = ENOSPC;
    }
    if (error == -1) must_fail_write = 1;
    pthread_mutex_unlock(&lock);
    return error;
}

#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))

ssize_t write(int file, const void *bytes, size_t count) {
    int error = is_open_within(file) ? order_for(WRITE) : 0;
    if (error > 0) { errno = error; return -1; }
    return syscall(SYS_write, file, bytes, error < 0 ? (count + 1) / 2 : count);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    int error = is_open_within(file) ? order_for(WRITE) : 0;
    if (error > 0) { errno = error; return -1; }
    return syscall(SYS_writev, file, parts, error < 0 ? 1 : count);
}

static ssize_t write_at(int file, const void *bytes, size_t count, off_t place) {
    int error = is_open_within(file) ? order_for(WRITE) : 0;
    if (error > 0) { errno = error; return -1; }
    return syscall(SYS_pwrite64, file, bytes, error < 0 ? (count + 1) / 2 : count, place);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    return write_at(file, bytes, count, place);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t place) {
    return write_at(file, bytes, count, place);
}

int fsync(int file) {
    int error = is_open_within(file) ? order_for(SYNC) : 0;
    if (error) { errno = EIO; return -1; }
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    int error = is_open_within(file) ? order_for(SYNC) : 0;
    if (error) { errno = EIO; return -1; }
    return (int)syscall(SYS_fdatasync, file);
}

static int cut(int file, off_t length) {
    int error = is_open_within(file) ? order_for(CUT) : 0;
    if (error) { errno = EIO; return -1; }
    return (int)syscall(SYS_ftruncate, file, length);
}

int ftruncate(int file, off_t length) { return cut(file, length); }
int ftruncate64(int file, off_t length) { return cut(file, length); }

int rename(const char *from, const char *to) {
    int error = leads_within(to) ? order_for(RENAME) : 0;
    if (error) { errno = error < 0 ? EIO : error; return -1; }
    return REAL(int (*)(const char *, const char *), "rename")(from, to);
}

/* Only what makes a file can fail: a full disk still opens what is there. */
static int open_file(const char *path, int flags, mode_t mode) {
    int makes_one = (flags & O_CREAT) && access(path, F_OK) != 0;
    int error = makes_one && leads_within(path) ? order_for(OPEN) : 0;
    if (error) { errno = error < 0 ? EIO : error; return -1; }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define MODE_OF(flags, mode) \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = (flags & O_CREAT) ? (mode_t)va_arg(more, int) : 0; \
    va_end(more)

int open(const char *path, int flags, ...) {
    MODE_OF(flags, mode);
    return open_file(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags, mode);
    return open_file(path, flags, mode);
}
