/* SPDX-License-Identifier: MIT
 * Generated from src/ by `cargo xtask headers`; edit the sources instead.
 *
 * What only Linux needs.
 */

#ifndef UV_LINUX_H
#define UV_LINUX_H

/* fcntl.h shows O_DIRECT only to programs that ask for GNU extensions. */
#if defined(__arm__) || defined(__aarch64__) || defined(__m68k__)
# define UV_FS_O_DIRECT 0x10000
#elif defined(__mips__)
# define UV_FS_O_DIRECT 0x08000
#elif defined(__powerpc__)
# define UV_FS_O_DIRECT 0x20000
#elif defined(__sparc__)
# define UV_FS_O_DIRECT 0x100000
#else
# define UV_FS_O_DIRECT 0x04000
#endif

#endif /* UV_LINUX_H */
