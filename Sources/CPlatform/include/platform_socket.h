#ifndef PLATFORM_SOCKET_H
#define PLATFORM_SOCKET_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

// struct ucred, SOCK_CLOEXEC and accept4, which need _GNU_SOURCE.
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

#endif
