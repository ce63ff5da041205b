#pragma once

// Why this is C: curl_easy_setopt and curl_easy_getinfo are variadic, and Swift calls no variadic function. One wrapper a
// type of argument; no state, no policy, curl's own code out.

#include <curl/curl.h>

// Variadic: an option that takes a long.
static inline CURLcode shim_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

// Variadic: an option that takes a 64-bit size.
static inline CURLcode shim_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// Variadic: an option that takes text, which curl copies.
static inline CURLcode shim_curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

// Variadic: an option that takes a pointer, which the caller keeps alive.
static inline CURLcode shim_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

// Variadic: an option that takes a list, which the caller keeps alive.
static inline CURLcode shim_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// The shape of curl's body and header callbacks.
typedef size_t (*shim_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

// Variadic: CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION.
static inline CURLcode shim_curl_set_receiver(CURL *easy, CURLoption option, shim_curl_receiver receiver) {
    return curl_easy_setopt(easy, option, receiver);
}

// Variadic: a figure that is a long.
static inline CURLcode shim_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

// Variadic: a figure that is a 64-bit size or a time in microseconds.
static inline CURLcode shim_curl_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
