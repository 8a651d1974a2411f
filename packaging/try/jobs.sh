#!/bin/sh
# Jobs for programs of Debian's that use libuv, each proven to have loaded the installed one.
#
#   jobs.sh VERSION ours|theirs
#
# VERSION is what the library has to say of itself. Ours also writes a timeline where UV_TRACE asks for one.
set -eu

version=$1 whose=$2
here=$(cd "$(dirname "$0")" && pwd)
library=$(ldconfig -p | awk '$1 == "libuv.so.1" { print $NF; exit }')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# using NAME COMMAND...: the command succeeds, and the loader says that it started the library for it.
using() {
  name=$1
  shift
  rm -f ld.* "$work/timeline"
  if ! UV_EXPECTED=$version UV_TRACE=$work/timeline LD_DEBUG=libs LD_DEBUG_OUTPUT=$work/ld "$@" >log 2>&1; then
    echo "FAILED  $name: $*"
    cat log
    exit 1
  fi
  grep -q "calling init: $library" ld.* || { echo "FAILED  $name has not loaded $library"; exit 1; }
  if [ "$whose" = ours ] && [ ! -s timeline ]; then
    echo "FAILED  $name has run no loop of ours"
    exit 1
  fi
  if [ "$whose" = theirs ] && [ -e timeline ]; then
    echo "FAILED  $name has run a loop of ours"
    exit 1
  fi
  echo "ok      $name"
}

mkdir project
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.15)
project(trial C)
enable_testing()
add_executable(trial trial.c)
foreach(number RANGE 1 8)
  add_test(NAME trial_${number} COMMAND trial ${number})
endforeach()
END
cat >project/trial.c <<'END'
#include <stdio.h>
int main(int argc, char** argv) { return printf("%s\n", argv[argc - 1]) < 2; }
END
cmake -S project -B built >configured && cmake --build built >compiled
using "cmake (ctest)" ctest --test-dir built -j 2 --output-on-failure
grep -q '100% tests passed, 0 tests failed out of 8' log

using nvim nvim --headless -u NONE -i NONE -c "luafile $here/editor.lua" -c 'qall!'
grep -q 'all done' log

using node node "$here/server.js"
grep -q 'all done' log

# The other side of dig's questions.
mkfifo until
node "$here/names.js" <until >port &
server=$!
exec 3>until
while [ ! -s port ] && kill -0 "$server"; do sleep 0.1; done
for transport in +notcp +tcp; do
  using "dig $transport" dig @127.0.0.1 -p "$(cat port)" "$transport" +tries=1 +short trial.example A
  [ "$(cat log)" = 192.0.2.7 ]
done
exec 3>&-
wait "$server"
