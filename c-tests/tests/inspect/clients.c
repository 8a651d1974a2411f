/* UV_INSPECT: clients that stall, hang up, flood or talk nonsense cost the loop nothing. */
#include "watched.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char* const here[] = { "UV_INSPECT=.", NULL };

static int64_t iterations(struct watched* watched) {
  const char* answer = inspect_ask(watched->socket, "json\n");
  check_json(answer);
  return json_number(answer, "iterations");
}

/* It answers, and its loop turns. */
static void check_lives(struct watched* watched) {
  int64_t before = iterations(watched);
  while (iterations(watched) == before) {}
  CHECK_EQ(watched_end(watched), 0);
  CHECK_STR_EQ(watched_errors(), "");
}

TEST(inspect_client_that_hangs_up) {
  struct watched watched = watch("inspected_busy", NULL, here);
  int i;
  watched_says(&watched, "ready");
  for (i = 0; i < 100; i++) {
    int fd = inspect_connect(watched.socket);
    CHECK_GE(fd, 0);
    if (i % 2 == 0)
      CHECK_EQ(send(fd, "metrics\n", i % 9, MSG_NOSIGNAL), i % 9);
    close(fd);
  }
  check_lives(&watched);
}

TEST(inspect_client_that_stalls) {
  struct watched watched = watch("inspected_busy", NULL, here);
  int fds[30];
  size_t i;
  watched_says(&watched, "ready");
  for (i = 0; i < 30; i++) {
    fds[i] = inspect_connect(watched.socket);
    CHECK_GE(fds[i], 0);
    if (i == 0)
      CHECK_EQ(write(fds[i], "js", 2), 2);
  }
  /* They are dropped one after the other, and who comes after them is served. */
  for (i = 0; i < 30; i++)
    if (i >= 4)
      close(fds[i]);
  check_lives(&watched);
  for (i = 0; i < 4; i++)
    close(fds[i]);
}

TEST(inspect_client_that_talks_nonsense) {
  static const char* const texts[] = {
    "\n", "what\n", "json json\n", "GET\n", "GET /json\n", "GET /json HTTP/1.1\n\n", "GET  HTTP/1.1\r\n\r\n",
    "\x16\x03\x01\x02\n", "jsonjsonjsonjson\n", "OPTIONS * HTTP/1.1\r\n\r\n", "\"}\n", "../json\n",
    "GET /../json HTTP/1.1\r\n\r\n",
  };
  struct watched watched = watch("inspected_busy", NULL, here);
  static char flood[200000];
  size_t i;
  int fd;
  watched_says(&watched, "ready");
  for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
    CHECK_GT(strlen(inspect_ask(watched.socket, texts[i])), 10);
  memset(flood, 'x', sizeof(flood));
  fd = inspect_connect(watched.socket);
  CHECK_GE(fd, 0);
  for (i = 0; i < 50; i++)
    if (send(fd, flood, sizeof(flood), MSG_NOSIGNAL) < 0)
      break;
  CHECK_LT(i, 50); /* it has been dropped */
  close(fd);
  check_lives(&watched);
}

/* As many at once as the system lets wait, and more. */
TEST(inspect_hundred_clients_at_once) {
  struct watched watched = watch("inspected_busy", NULL, here);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fds[100];
  int i, connected = 0;
  watched_says(&watched, "ready");
  close(inspect_connect(watched.socket));
  snprintf(address.sun_path, sizeof(address.sun_path), "%s", watched.socket);
  for (i = 0; i < 100; i++) {
    fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CHECK_GE(fds[i], 0);
    if (connect(fds[i], (struct sockaddr*) &address, sizeof(address)) == 0) {
      CHECK_EQ(send(fds[i], "metrics\n", 8, MSG_NOSIGNAL), 8);
      connected++;
    } else {
      CHECK_EQ(errno, EAGAIN);
      close(fds[i]);
      fds[i] = -1;
    }
  }
  CHECK_GT(connected, 10);
  for (i = 0; i < 100; i++)
    if (fds[i] >= 0) {
      CHECK_OK(fcntl(fds[i], F_SETFL, 0));
      CHECK_HAS(inspect_rest(fds[i]), "# EOF\n");
    }
  check_lives(&watched);
}
