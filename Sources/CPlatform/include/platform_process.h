#ifndef PLATFORM_PROCESS_H
#define PLATFORM_PROCESS_H

#include <stddef.h>
#include <stdint.h>

// Functions of platform_process.c, each with what keeps it out of Swift.

/// Writes `count` bytes to a connected stream socket, and hands over `descriptors` with the first of them. Returns how many
/// bytes were written, or -errno; never raises SIGPIPE. CMSG_* are macros.
ptrdiff_t platform_send(
    int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);

/// Reads up to `count` bytes from a connected stream socket. The first `capacity` descriptors that came with them are stored in
/// `descriptors`, close-on-exec, their number in `taken`; others are closed. Returns how many bytes were read, 0 at the end, or
/// -errno. CMSG_* are macros.
ptrdiff_t platform_receive(
    int socket, void *bytes, size_t count, int *descriptors, size_t capacity, size_t *taken);

/// Makes reads and writes fail with EAGAIN where they would block. Returns 0 or -errno. `fcntl` is variadic.
int platform_set_nonblocking(int descriptor);

/// Starts a program in a process group of its own, with no signal blocked or ignored, and with no descriptors but the
/// null device as 0, 1 and 2 and `channel` as 3. Returns its process, or -errno. posix_spawn's "close from" needs
/// _GNU_SOURCE.
int platform_start(const char *program, char *const arguments[], char *const environment[], int channel);

/// Waits for a child's end and leaves the child to be collected; with `blocks` 0, only looks. Returns 1 once it has
/// ended, 0 while it runs, or -errno. `siginfo_t` is a union.
int platform_wait_for_end(int process, int blocks);

/// Collects an ended child. Returns its exit status, or minus the number of the signal that ended it. WIFEXITED and its
/// like are macros.
int platform_collect_child(int process);

/// Lets the scheduler treat this process as batch work, behind whatever the person does. Needs _GNU_SOURCE.
void platform_run_as_batch(void);

/// Gives freed memory back to the system. Needs _GNU_SOURCE.
void platform_trim_memory(void);

/// Takes from this process and its children, for good, the way to more rights by running programs that are set-user-ID.
/// Returns 0 or -errno. `prctl` is variadic.
int platform_set_no_new_privileges(void);

/// Forbids other processes of the same user to look into this one, and the kernel to write its memory to a core file.
/// Returns 0 or -errno. `prctl` is variadic.
int platform_set_undumpable(void);

/// Blocks until the other end of a connected stream socket is closed. POLLRDHUP needs _GNU_SOURCE.
void platform_wait_for_hangup(int socket);

// Landlock has no wrappers in Glibc, and Debian 12's kernel header stops at its first version: what later ones added
// is spelled out here, after the kernel's documentation.

/// struct landlock_ruleset_attr as of version 6; a kernel of version 1 to 3 takes its first field, 4 and 5 the first two.
struct platform_landlock_ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

/// The kernel's version of Landlock, or -errno where there is none.
int platform_landlock_version(void);

/// A new ruleset of which the kernel knows the first `size` bytes. Returns its descriptor, or -errno.
int platform_landlock_create(const struct platform_landlock_ruleset *ruleset, size_t size);

/// Allows `access` below an open directory. Returns 0 or -errno.
int platform_landlock_allow(int ruleset, int directory, uint64_t access);

/// Puts this thread and those it starts under the ruleset, for good. Returns 0 or -errno.
int platform_landlock_restrict(int ruleset);

#endif
