#!/bin/sh
# Builds programs in each way that an installation offers, and runs them.
#
#   check-install.sh [--plain | --cargo-c] PREFIX [ROOT]
#
# PREFIX has include/ and, below lib/, the libraries. ROOT is what it lies in where its pkg-config files say
# that they are at the top. --plain: there are only headers and libraries. --cargo-c: pkg-config knows the shared
# library alone.
set -eu

plain='' static_pc=yes
case $1 in
  --plain) plain=yes; shift ;;
  --cargo-c) static_pc=''; shift ;;
esac
prefix=$1 root=${2:-}
check=$(cd "$(dirname "$0")/check" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for lib in "$prefix/lib" "$prefix"/lib/*-linux-*; do
  [ -e "$lib/libuv.so.1" ] && break
done
[ -e "$lib/libuv.so.1" ] || { echo "$prefix has no libuv.so.1" >&2; exit 1; }
include=$prefix/include
version=$(sed -n 's/^#define UV_VERSION_M[AI][JN]OR //p; s/^#define UV_VERSION_PATCH //p' "$include/uv/version.h" |
  paste -sd.)
system='-lpthread -ldl -lrt -lm'

# What a step prints is shown if it fails.
way() {
  name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    echo "ok      $name"
  else
    echo "FAILED  $name: $*"
    cat "$work/log"
    exit 1
  fi
}

# Whether the program runs and asks for the shared library, or does not.
runs() {
  program=$1 linkage=$2
  needed=$(readelf -d "$program" | grep -c 'NEEDED.*\[libuv\.so\.1\]' || true)
  if [ "$linkage" = shared ]; then
    [ "$needed" = 1 ] || { echo "$program does not ask for libuv.so.1"; return 1; }
    LD_LIBRARY_PATH=$lib "$program" >"$work/out"
  else
    [ "$needed" = 0 ] || { echo "$program asks for libuv.so.1"; return 1; }
    env -u LD_LIBRARY_PATH "$program" >"$work/out"
  fi
  cat "$work/out"
  grep -qx "$version: 3 ticks" "$work/out"
}

# compiled COMPILER LINKAGE FLAG...
compiled() {
  compiler=$1 linkage=$2
  shift 2
  language=c
  case $compiler in *++) language=c++ ;; esac
  "$compiler" -Wall -Wextra -Werror -x "$language" "$check/consumer.c" -x none -o "$work/program" "$@" &&
    runs "$work/program" "$linkage"
}

opened() {
  cc -Wall -Wextra -Werror "$check/dlopen.c" -ldl -o "$work/opener" && "$work/opener" "$lib/libuv.so.1" "$version"
}

pkg() {
  PKG_CONFIG_PATH=$lib/pkgconfig:$prefix/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root \
    PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config "$@"
}

# packaged PACKAGE LINKAGE
packaged() {
  [ "$(pkg --modversion "$1")" = "$version" ] || { echo "pkg-config knows another version"; return 1; }
  flags=$(pkg --cflags --libs "$1") || return 1
  # shellcheck disable=SC2086
  compiled cc "$2" $flags && compiled c++ "$2" $flags
}

# A static program with what `pkg-config --static` says.
wholly_static() {
  flags=$(pkg --static --cflags --libs libuv) || return 1
  # shellcheck disable=SC2086
  compiled cc static -static $flags -Wno-error
}

# project FOLDER TESTS FLAG...
project() {
  folder=$1 tests=$2
  shift 2
  cmake -S "$check/$folder" "$@" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_FIND_PACKAGE_NO_PACKAGE_REGISTRY=ON &&
    cmake --build "$work/build" && (cd "$work/build" && ctest --output-on-failure) >"$work/tests" || return 1
  cat "$work/tests"
  grep -q "100% tests passed, 0 tests failed out of $tests" "$work/tests"
  rm -rf "$work/build"
}

way "C, shared" compiled cc shared -std=c99 -D_GNU_SOURCE "-I$include" "-L$lib" -luv
way "C++, shared" compiled c++ shared -std=c++17 "-I$include" "-L$lib" -luv
# shellcheck disable=SC2086
way "C, static" compiled cc static "-I$include" "$lib/libuv.a" $system
# shellcheck disable=SC2086
way "C++, static" compiled c++ static "-I$include" "$lib/libuv.a" $system
way "dlopen" opened
way "CMake, by name" project by-name 1
if [ -z "$plain" ]; then
  way "pkg-config, shared" packaged libuv shared
  if [ -n "$static_pc" ]; then
    way "pkg-config, static" packaged libuv-static static
    way "pkg-config --static" wholly_static
  fi
  way "CMake, find_package" project . 7
  way "CMake, where libraries are static ones" project . 7 -DSTATIC_LIBRARIES_ONLY=ON
fi
