/* Names, which are looked up both ways. */
#include "soak.h"

#define NAMES 2

static uv_getaddrinfo_t lookups[NAMES];
static uv_getnameinfo_t reverse[NAMES];

static void look_up(int number);

static void on_service(uv_getnameinfo_t* request, int status, const char* host, const char* service) {
  EXPECT(NAME, status == 0 && strcmp(host, "127.0.0.1") == 0 && strcmp(service, "80") == 0);
  table[NAME].done++;
  busy--;
  if (!is_draining)
    look_up((int) (request - reverse));
}

static void on_address(uv_getaddrinfo_t* request, int status, struct addrinfo* found) {
  int number = (int) (request - lookups);
  struct sockaddr_in address;
  EXPECT(NAME, status == 0 && found != NULL);
  if (status == 0)
    EXPECT(NAME, ((struct sockaddr_in*) found->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
  uv_freeaddrinfo(found);
  MUST(uv_ip4_addr("127.0.0.1", 80, &address));
  MUST(uv_getnameinfo(&loop, &reverse[number], on_service, (const struct sockaddr*) &address,
                      NI_NUMERICHOST | NI_NUMERICSERV));
}

static void look_up(int number) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof(hints));
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  busy++;
  MUST(uv_getaddrinfo(&loop, &lookups[number], on_address, "localhost", NULL, &hints));
}

void begin_names(void) {
  int i;
  for (i = 0; i < NAMES; i++)
    look_up(i);
}
