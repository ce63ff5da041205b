#ifndef CSECCOMP_SHIM_H
#define CSECCOMP_SHIM_H

#include <seccomp.h>

// SCMP_ACT_ERRNO takes an argument, and Swift sees no such macros.
static inline uint32_t seccomp_action_fail_with(uint16_t error) { return SCMP_ACT_ERRNO(error); }

#endif
