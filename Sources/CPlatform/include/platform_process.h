#ifndef PLATFORM_PROCESS_H
#define PLATFORM_PROCESS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#endif
