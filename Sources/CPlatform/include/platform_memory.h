#ifndef PLATFORM_MEMORY_H
#define PLATFORM_MEMORY_H

/// Keeps the allocator to `count` arenas and lets it give freed memory back early: an arena per thread would hold what
/// a crawl once needed. `mallopt` is missing from Glibc's Swift module.
void platform_limit_arenas(int count);

#endif
