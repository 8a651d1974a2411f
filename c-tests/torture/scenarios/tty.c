/* A terminal: opened, its size asked, modes set and reset, written, read. */
#include "../torture.h"

#include <sys/ioctl.h>
#include <termios.h>

static uv_tty_t tty;
static uv_write_t req;
static int master = -1;
static int lines;

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got < 0 && bad(got))
    return;
  if (got > 0) {
    lines++;
    close_it(stream);
  }
}

static void on_written(uv_write_t* req, int status) {
  told(req);
  if (bad(status))
    return;
  must(write(master, "line\n", 5) == 5);
}

SCENARIO(tty) {
  char name[64];
  uv_buf_t buf = uv_buf_init("prompt> ", 8);
  struct winsize size = { 24, 80, 0, 0 };
  int width;
  int height;
  int slave;
  master = posix_openpt(O_RDWR | O_NOCTTY);
  must(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
  must(ptsname_r(master, name, sizeof(name)) == 0);
  slave = open(name, O_RDWR | O_NOCTTY);
  must(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
  if (bad(uv_tty_init(loop, &tty, slave, 0))) {
    close(slave);
  } else if (!bad(uv_tty_set_mode(&tty, UV_TTY_MODE_RAW)) &&
             !bad(uv_tty_set_mode(&tty, UV_TTY_MODE_NORMAL)) &&
             !bad(uv_tty_set_mode(&tty, UV_TTY_MODE_IO)) &&
             !bad(uv_tty_get_winsize(&tty, &width, &height)) &&
             !bad(uv_tty_reset_mode()) &&
             !bad(uv_read_start((uv_stream_t*) &tty, alloc_static, on_read)) &&
             !asked(&req, uv_write(&req, (uv_stream_t*) &tty, &buf, 1,
                                   on_written))) {
    must(uv_guess_handle(slave) == UV_TTY || anything_failed());
    run();
    usually(lines == 1 && width == 80 && height == 24);
  }
  if (given_up())
    run();
  if (fcntl(slave, F_GETFD) >= 0)
    close(slave); /* what was opened again from its name was not this one */
  (void) uv_tty_reset_mode();
  close(master);
}
