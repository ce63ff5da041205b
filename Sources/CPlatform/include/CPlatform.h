// What Swift cannot say to the system: variadic calls, macros, and what Glibc's Swift module leaves out.
//
// No header here defines _GNU_SOURCE: with it, fd_set has other members than in Glibc's module, and a Swift file that
// sees both does not compile. Calls that need it are wrapped in the .c files.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include "platform_files.h"
#include "platform_memory.h"
#include "platform_process.h"

#endif
