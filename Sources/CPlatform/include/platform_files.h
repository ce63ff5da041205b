#ifndef PLATFORM_FILES_H
#define PLATFORM_FILES_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/vfs.h>

/// Opens a directory to be listed; `flags` are added, O_NOFOLLOW among them. Returns the descriptor, or -errno.
/// Here since `open` is variadic.
static inline int platform_open_directory(const char *path, int flags) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
    return descriptor < 0 ? -errno : descriptor;
}

/// A counter that `poll` can wait for. Returns the descriptor, or -errno. Here since Glibc's module lacks eventfd.
static inline int platform_new_event_counter(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

/// The magic number of the file system that holds an open file, or -errno. Here since Glibc's module lacks statfs.
static inline int64_t platform_file_system_magic(int descriptor) {
    struct statfs facts;
    return fstatfs(descriptor, &facts) != 0 ? -errno : (int64_t)(uint32_t)facts.f_type;
}

/// O_NOATIME: reading leaves the time of the last access as it is. Glibc shows the name only with _GNU_SOURCE.
static const int platform_no_access_time = __O_NOATIME;

/// The name of a directory entry, which Swift would import as a tuple of 256.
static inline const char *platform_entry_name(const struct dirent *entry) { return entry->d_name; }

#endif
