// What Glibc's Swift module leaves out, since it is compiled without _GNU_SOURCE: the headers below become visible to
// Swift by being included here, and variadic calls and macros get a static inline function each.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include "platform_files.h"
#include "platform_memory.h"
#include "platform_process.h"
#include "platform_socket.h"

#endif
