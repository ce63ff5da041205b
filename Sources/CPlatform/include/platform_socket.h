#ifndef PLATFORM_SOCKET_H
#define PLATFORM_SOCKET_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#endif
