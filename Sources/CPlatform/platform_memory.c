#define _GNU_SOURCE 1

#include "platform_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void platform_limit_arenas(int count) {
    mallopt(M_ARENA_MAX, count);
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
}

int platform_memory_file(const char *name) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return descriptor < 0 ? -errno : descriptor;
}

void platform_drop_memory_file(int descriptor) {
    // Sealed first, so that nobody fills it again.
    fcntl(descriptor, F_ADD_SEALS, F_SEAL_GROW);
    (void)!ftruncate(descriptor, 0);
    close(descriptor);
}

static int release_code(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size;
    (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || (segment->p_flags & PF_W)) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void platform_release_code_pages(void) { dl_iterate_phdr(release_code, NULL); }
