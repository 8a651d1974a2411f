/* A terminal that was in raw mode is given back as it was. */
#include "pty.h"

TEST(tty_close_restores_the_mode) {
  uv_loop_t* loop = uv_default_loop();
  struct pty pty = pty_open();
  struct termios before, raw, after;
  uv_tty_t tty;
  CHECK_OK(tcgetattr(pty.slave, &before));
  CHECK_OK(uv_tty_init(loop, &tty, pty.slave, 1));
  CHECK_OK(uv_tty_set_mode(&tty, UV_TTY_MODE_RAW));
  CHECK_OK(tcgetattr(pty.slave, &raw));
  CHECK_NE(raw.c_lflag & ICANON, before.c_lflag & ICANON);
  uv_close((uv_handle_t*) &tty, NULL);
  CHECK_OK(tcgetattr(pty.slave, &after));
  CHECK_EQ(after.c_iflag, before.c_iflag);
  CHECK_EQ(after.c_oflag, before.c_oflag);
  CHECK_EQ(after.c_cflag, before.c_cflag);
  CHECK_EQ(after.c_lflag, before.c_lflag);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_OK(close(pty.slave));
  CHECK_OK(close(pty.master));
  finish_loop(loop);
}
