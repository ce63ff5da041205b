#ifndef PLATFORM_MEMORY_H
#define PLATFORM_MEMORY_H

/// Keeps the allocator to `count` arenas and lets it give freed memory back early: an arena per thread would hold what
/// a crawl once needed. `mallopt` is missing from Glibc's Swift module.
void platform_limit_arenas(int count);

/// Makes a file that lies in memory and has no path; `name` is for /proc. Returns its descriptor, close-on-exec, or -errno.
/// `memfd_create` is missing from Glibc's Swift module.
int platform_memory_file(const char *name);

/// Gives back the memory of such a file, whoever else has it open, for good; and closes it.
void platform_drop_memory_file(int descriptor);

/// Lets go of the pages of code that this process has mapped: they stay in the page cache, and the few that an idle
/// process needs are back at its next step. Only segments that are executable and never written are touched.
/// dl_iterate_phdr is missing from Glibc's Swift module.
void platform_release_code_pages(void);

#endif
