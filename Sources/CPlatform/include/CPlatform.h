// What Swift cannot say to the system: variadic calls, macros, and what Glibc's Swift module leaves out.
//
// The headers include nothing of the system but <stdint.h> and <stddef.h>: a type that is seen through this module as
// well as through Glibc's belongs to either by chance, and with _GNU_SOURCE some have other members here than there.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include "platform_files.h"
#include "platform_memory.h"
#include "platform_process.h"

#endif
