/* The system's resolver, for tests that stand between it and the library. */
#ifndef UV_TESTS_RESOLVER_H
#define UV_TESTS_RESOLVER_H

#include <netdb.h>

typedef int resolver_fn(const char* node, const char* service,
                        const struct addrinfo* hints,
                        struct addrinfo** result);

/* Takes the place of getaddrinfo(3) while it is not NULL. */
extern resolver_fn* resolver;

#endif
