#ifndef PLATFORM_FILES_H
#define PLATFORM_FILES_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#endif
