// Defined here and not in the header: with _GNU_SOURCE, <sys/resource.h> and <sys/select.h> declare types otherwise than
// Glibc's Swift module does, and Swift refuses to see both.
#define _GNU_SOURCE 1

#include "platform_process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The kernel hands over at most this many descriptors at a time (SCM_MAX_FD of its net/scm.h).
enum { SCM_MAX_FD = 253 };

ptrdiff_t platform_send(
    int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(SCM_MAX_FD * sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor_count > SCM_MAX_FD) return -EINVAL;
    if (descriptor_count > 0) {
        size_t length = descriptor_count * sizeof(int);
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(length);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(length);
        memcpy(CMSG_DATA(header), descriptors, length);
    }
    ssize_t written = sendmsg(socket, &message, MSG_NOSIGNAL);
    return written < 0 ? -errno : written;
}

ptrdiff_t platform_receive(
    int socket, void *bytes, size_t count, int *descriptors, size_t capacity, size_t *taken) {
    *taken = 0;
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    union {
        struct cmsghdr alignment;
        char bytes[CMSG_SPACE(SCM_MAX_FD * sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    // Without room for them the kernel closes descriptors that come along. recv() would be another system call, which the
    // worker's filter does not let through.
    if (capacity > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
    }
    ssize_t read = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (read < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t handed = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < handed; i++) {
            int one;
            memcpy(&one, CMSG_DATA(header) + i * sizeof(int), sizeof one);
            if (*taken < capacity) descriptors[(*taken)++] = one; else close(one);
        }
    }
    return read;
}

int platform_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

int platform_start(const char *program, char *const arguments[], char *const environment[], int channel) {
    // Moved out of the way first: the channel may itself be one of the numbers that are set up.
    int source = fcntl(channel, F_DUPFD_CLOEXEC, 4);
    if (source < 0) return -errno;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, source, 3);
    posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t process = 0;
    int status = posix_spawn(&process, program, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(source);
    return status != 0 ? -status : process;
}

int platform_wait_for_end(int process, int blocks) {
    siginfo_t information;
    do {
        information.si_pid = 0;
        if (waitid(P_PID, (id_t)process, &information, WEXITED | WNOWAIT | (blocks ? 0 : WNOHANG)) == 0)
            return information.si_pid != 0;
    } while (errno == EINTR);
    return -errno;
}

int platform_collect_child(int process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void platform_run_as_batch(void) {
    struct sched_param parameters = {.sched_priority = 0};
    sched_setscheduler(0, SCHED_BATCH, &parameters);
}

void platform_trim_memory(void) { malloc_trim(0); }

int platform_set_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0; }

int platform_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0; }

void platform_wait_for_hangup(int socket) {
    struct pollfd entry = {.fd = socket, .events = POLLRDHUP};
    while (poll(&entry, 1, -1) < 0 && errno == EINTR) {
    }
}

// struct landlock_path_beneath_attr.
struct platform_landlock_path {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

int platform_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
    return version < 0 ? -errno : (int)version;
}

int platform_landlock_create(const struct platform_landlock_ruleset *ruleset, size_t size) {
    long descriptor = syscall(SYS_landlock_create_ruleset, ruleset, size, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int platform_landlock_allow(int ruleset, int directory, uint64_t access) {
    struct platform_landlock_path rule = {.allowed_access = access, .parent_fd = directory};
    return syscall(SYS_landlock_add_rule, ruleset, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &rule, 0) < 0 ? -errno : 0;
}

int platform_landlock_restrict(int ruleset) {
    return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}

