// Terminals. The test makes one, so that it runs where there is none.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <string>

#include "check.hpp"

int main() {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
  const int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  CHECK(slave >= 0);
  winsize size{};
  size.ws_col = 91;
  size.ws_row = 17;
  CHECK(ioctl(slave, TIOCSWINSZ, &size) == 0);

  {
    uv::loop loop = GET(uv::loop::create());
    uv::tty tty = GET(uv::tty::create(loop, slave));
    const uv::tty::size window = GET(tty.window_size());
    CHECK(window.columns == 91 && window.rows == 17);
    CHECK_OK(tty.set_mode(UV_TTY_MODE_RAW));
    std::string got;
    CHECK_OK(tty.read_start([&](uv::result<uv::bytes> data) {
      got += data->text();
      tty.read_stop();
    }));
    CHECK(write(master, "k", 1) == 1);  // a key, without a line's end
    loop.run();
    CHECK(got == "k");
    CHECK_OK(uv::tty::reset_mode());
    CHECK_OK(tty.set_mode(UV_TTY_MODE_NORMAL));

    const uv::file directory = GET(uv::fs::open("/", O_RDONLY).now());
    CHECK(uv::tty::create(loop, directory.descriptor()).error() == uv::errc::einval);
  }
  close(slave);
  close(master);
}
