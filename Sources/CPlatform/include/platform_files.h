#ifndef PLATFORM_FILES_H
#define PLATFORM_FILES_H

#include <stdint.h>

// Functions of platform_files.c, each with what keeps it out of Swift.

/// Opens a directory to be listed; `flags` are added, O_NOFOLLOW among them. Returns the descriptor, or -errno.
/// `open` is variadic.
int platform_open_directory(const char *path, int flags);

/// A counter that `poll` can wait for. Returns the descriptor, or -errno. Glibc's module lacks eventfd.
int platform_new_event_counter(void);

/// The magic number of the file system that holds an open file, or -errno. Glibc's module lacks statfs.
int64_t platform_file_system_magic(int descriptor);

/// The name in a `struct dirent`, which Swift would import as a tuple of 256.
const char *platform_entry_name(const void *entry);

/// O_NOATIME: reading leaves the time of the last access as it is. Glibc shows the name only with _GNU_SOURCE.
int platform_no_access_time(void);

#endif
