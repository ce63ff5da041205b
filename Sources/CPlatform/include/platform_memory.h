#ifndef PLATFORM_MEMORY_H
#define PLATFORM_MEMORY_H

#include <malloc.h>

/// Keeps the allocator to `count` arenas and lets it give freed memory back early: an arena per thread would hold what
/// a crawl once needed. `mallopt` is missing from Swift's Glibc module.
static inline void platform_limit_arenas(int count) {
    mallopt(M_ARENA_MAX, count);
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
}

#endif
