// libcurl 7.85 or newer, as the system has it.
#include <curl/curl.h>
