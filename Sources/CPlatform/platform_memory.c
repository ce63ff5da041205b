#include "platform_memory.h"

#include <malloc.h>

void platform_limit_arenas(int count) {
    mallopt(M_ARENA_MAX, count);
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
}
