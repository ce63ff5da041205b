#define _GNU_SOURCE 1

#include "platform_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/vfs.h>

int platform_open_directory(const char *path, int flags) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
    return descriptor < 0 ? -errno : descriptor;
}

int platform_new_event_counter(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int64_t platform_file_system_magic(int descriptor) {
    struct statfs facts;
    return fstatfs(descriptor, &facts) != 0 ? -errno : (int64_t)(uint32_t)facts.f_type;
}

const char *platform_entry_name(const void *entry) { return ((const struct dirent *)entry)->d_name; }

int platform_no_access_time(void) { return O_NOATIME; }
